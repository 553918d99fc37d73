#include <array>

#include "translation.hpp"

namespace hpnas {

std::span<const TranslatorEntry> translators() {
    static constexpr std::array list{
        TranslatorEntry{"conv2d", translate_conv2d},
        TranslatorEntry{"crop", translate_crop},
        TranslatorEntry{"batch_norm", translate_batch_norm},
        TranslatorEntry{"relu", translate_activation},
        TranslatorEntry{"relu6", translate_activation},
        TranslatorEntry{"swish", translate_activation},
        TranslatorEntry{"sigmoid", translate_activation},
        TranslatorEntry{"gelu", translate_activation},
        TranslatorEntry{"tanh", translate_activation},
        TranslatorEntry{"leaky_relu", translate_activation},
        TranslatorEntry{"layer_norm", translate_layer_norm},
        TranslatorEntry{"attention", translate_attention},
        TranslatorEntry{"squeeze_excite", translate_squeeze_excite},
        TranslatorEntry{"add", translate_add},
        TranslatorEntry{"drop_path", translate_drop_path},
        TranslatorEntry{"dropout", translate_identity},
        TranslatorEntry{"global_average_pool", translate_global_average_pool},
        TranslatorEntry{"linear", translate_linear},
        TranslatorEntry{"max_pool", translate_pooling},
        TranslatorEntry{"average_pool", translate_pooling},
        TranslatorEntry{"identity", translate_identity},
        TranslatorEntry{"scale_channels", translate_scale_channels},
        TranslatorEntry{"embedding", translate_embedding},
        TranslatorEntry{"position_embedding", translate_position_embedding},
        TranslatorEntry{"class_token", translate_class_token},
        TranslatorEntry{"reshape", translate_reshape},
        TranslatorEntry{"transpose", translate_transpose},
        TranslatorEntry{"concat", translate_concat},
        TranslatorEntry{"token_mean", translate_token_mean},
        TranslatorEntry{"select_token", translate_select_token},
        TranslatorEntry{"token_convolution", translate_token_convolution},
        TranslatorEntry{"dynamic_convolution", translate_dynamic_convolution},
        TranslatorEntry{"fourier_mixing", translate_fourier_mixing},
        TranslatorEntry{"multiply", translate_multiply},
        TranslatorEntry{"weighted_sum", translate_weighted_sum},
        TranslatorEntry{"token_mask", translate_token_mask},
        TranslatorEntry{"reflect_pad", translate_reflect_pad},
        TranslatorEntry{"zero", translate_zero},
    };
    return list;
}

}  // namespace hpnas
