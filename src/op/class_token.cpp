#include "hpnas/op/class_token.hpp"

#include <algorithm>

#include "hpnas/kernel/sequence.hpp"
#include "hpnas/op/check.hpp"

namespace hpnas {
namespace {

class ClassTokenKernel final : public OperatorKernel {
public:
    ClassTokenKernel(std::int64_t batch, const Shape& src) : batch_(batch), count_(src.count()), channels_(src[1]) {}

    void forward(const ForwardArgs& args, const StepContext&) override {
        kernel::repeat_row(batch_, channels_, count_ + channels_, args.parameters[0], args.dst);
        kernel::copy_rows({batch_, count_, count_, count_ + channels_}, args.src[0], args.dst + channels_);
    }
    void backward(const BackwardArgs& args, const StepContext&) override {
        kernel::sum_samples(batch_, channels_, count_ + channels_, args.diff_dst, args.diff_parameters[0]);
        if (args.diff_src[0] != nullptr)
            kernel::copy_rows({batch_, count_, count_ + channels_, count_}, args.diff_dst + channels_,
                              args.diff_src[0]);
    }
    Memory memory() const noexcept override { return {.needs_src = false}; }
    std::string implementation() const override { return "own:copy"; }

private:
    std::int64_t batch_, count_, channels_;
};

}  // namespace

void ClassTokenAttributes::visit(OptionVisitor& v) {
    v.number({"deviation", "of the normal that the token starts from", 0, 1e3}, deviation);
}

ClassToken::ClassToken(ClassTokenAttributes attributes) : attributes_(attributes) {
    expect_range(type(), "deviation", attributes_.deviation, 0, 1e3);
}

Shape ClassToken::output_shape(std::span<const Shape> inputs) const {
    expect_inputs(type(), inputs, 1);
    expect_sequence(type(), inputs[0]);
    return {inputs[0][0] + 1, inputs[0][1]};
}

std::vector<ParameterSpec> ClassToken::parameters(std::span<const Shape> inputs) const {
    return {{"weight",
             {inputs[0].channels()},
             ParameterRole::weight,
             {Initializer::Kind::normal, 0, attributes_.deviation}}};
}

std::unique_ptr<OperatorKernel> ClassToken::compile(const CompileArgs& args) const {
    output_shape(args.inputs);
    return std::make_unique<ClassTokenKernel>(args.batch, args.inputs[0]);
}

void ClassToken::reference(ReferenceArgs& args) const {
    const std::int64_t count = args.inputs[0].count(), channels = args.inputs[0].channels();
    args.dst.clear();
    for (std::int64_t n = 0; n < args.batch; ++n) {
        args.dst.insert(args.dst.end(), args.parameters[0].begin(), args.parameters[0].end());
        args.dst.insert(args.dst.end(), args.src[0].begin() + n * count, args.src[0].begin() + (n + 1) * count);
    }
    if (args.diff_dst.empty()) return;
    args.diff_src.assign(1, {});
    args.diff_parameters.assign(1, std::vector<double>(static_cast<std::size_t>(channels), 0));
    for (std::int64_t n = 0; n < args.batch; ++n) {
        const auto diff = args.diff_dst.begin() + n * (count + channels);
        std::transform(diff, diff + channels, args.diff_parameters[0].begin(), args.diff_parameters[0].begin(),
                       std::plus<>());
        args.diff_src[0].insert(args.diff_src[0].end(), diff + channels, diff + channels + count);
    }
}

void ClassToken::visit_attributes(OptionVisitor& v) const { ClassTokenAttributes(attributes_).visit(v); }

OperatorPtr make_class_token(ClassTokenAttributes attributes) { return std::make_shared<ClassToken>(attributes); }

}  // namespace hpnas
