#include "hpnas/kernel/reference_sequence.hpp"
#include "kernel/gradient_check.hpp"

namespace hpnas::kernel::reference {
namespace {

/// The inputs of golden_transformer.py, which made the expected values below with PyTorch 1.13.
Values sequence(std::int64_t count, std::int64_t k) {
    Values result;
    for (std::int64_t i = 0; i < count; ++i) result.push_back(static_cast<double>((i * 37 + k * 11) % 23 - 11) / 8);
    return result;
}

/// Twelve digits are printed.
void expect_golden(const Values& got, const Values& expected, const std::string& what) {
    ASSERT_EQ(got.size(), expected.size()) << what;
    for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], expected[i], 1e-10) << what << "[" << i << "]";
}

TEST(ReferenceSequence, AttentionToAMaskedMemoryIsPyTorchs) {
    const AttentionShape shape{.heads = 2, .queries = 3, .keys = 4, .dim = 2, .joint = false, .mask = true};
    const AttentionValues in{sequence(12, 1), sequence(32, 2), {1, 0, 1, 1}, {}};
    expect_golden(attention_forward(shape, in),
                  {-1.0318609159, 0.171887466169, -0.4357972611, 0.933915799683, -0.656401775518, -0.488478114678,
                   0.152074733142, -0.293788218951, -0.715290785158, -0.374764519826, -0.420446657166, 0.854244233989},
                  "dst");
    const AttentionValues diff = attention_backward(shape, in, sequence(12, 5));
    expect_golden(diff.src,
                  {0.218480667884, 0.218480667884, -0.292507636442, 0.128860294226, 0.191336925744, 0.191336925744,
                   0.524172136396, -0.262682813936, -0.441856694043, -0.441856694043, -0.428691405261, 0.177883094662},
                  "src");
    expect_golden(diff.memory,
                  {0.435655109247,
                   -0.941761298741,
                   0.418036011124,
                   -0.46315751844,
                   0.196379948004,
                   0.221496498942,
                   -0.905120378404,
                   0.096693399716,
                   0,
                   0,
                   0,
                   0,
                   0,
                   0,
                   0,
                   0,
                   -0.227318881217,
                   0.613479656331,
                   -0.220264642722,
                   0.277232647602,
                   -0.00115265952792,
                   -0.183071235475,
                   0.0226480969694,
                   -0.704379394594,
                   -0.20833622803,
                   0.328281642411,
                   -0.197771368401,
                   0.185924870838,
                   -0.0702272884758,
                   -0.413425263467,
                   0.00747228143427,
                   -0.767314005122},
                  "memory");
}

TEST(ReferenceSequence, RelativePositionsAreAutoFormers) {
    const AttentionShape shape{.queries = 5, .keys = 5, .dim = 2, .max_distance = 1};
    const AttentionValues in{sequence(30, 3), {}, {}, {sequence(8, 6), sequence(8, 7), sequence(8, 8), sequence(8, 9)}};
    expect_golden(attention_forward(shape, in),
                  {1.13556038883, 1.04489241835, 0.716489397369, -0.302384213604, 0.662989562783, -0.700871081327,
                   0.631045015791, 0.716214850635, -0.439719508646, -0.794298175751},
                  "dst");
    const AttentionValues diff = attention_backward(shape, in, sequence(10, 5));
    expect_golden(diff.src, {-0.249323070213,  0.201541942552,   0.110680842773,  0.251095691018,  -0.172833105648,
                             -0.351639369931,  -0.680983094568,  -0.681902910652, 0.198394210218,  -0.235342547673,
                             -0.368757779865,  0.378178672138,   -0.174786275921, -0.778205518873, 0.0943505053447,
                             -0.432640227252,  0.00437238773373, -0.268206760721, -0.680136697665, 0.252700394719,
                             0.139252701687,   0.210669679636,   -0.257556823363, -0.282105826282, 0.364399564365,
                             -0.0404010026253, -0.542678260023,  0.20621740427,   0.0447753211425, -0.101226715204},
                  "src");
    expect_golden(diff.tables[0],
                  {0.103830043777, 0.182587701064, 0.000776028643397, -0.526977341106, 0.284403337998, 0.119639785573,
                   -0.389009410419, 0.224749854468},
                  "key_vertical");
    expect_golden(diff.tables[1],
                  {0.103830043777, 0.182587701064, 0.282389472326, -0.122879472932, -0.259721518941, 0.320477720232,
                   -0.126497997162, -0.380185948364},
                  "key_horizontal");
    expect_golden(diff.tables[2],
                  {-0.33949403742, -1.26827449468, -0.780329143817, 0.816903938079, -0.324330730746, 0.230399983438,
                   0.694153911984, -0.404029426838},
                  "value_vertical");
    expect_golden(diff.tables[3],
                  {-0.33949403742, -1.26827449468, 0.0403655947002, 0.635918075882, -0.387596185384, 0.40862244046,
                   -0.0632753718954, -0.401266021663},
                  "value_horizontal");
}

TEST(ReferenceSequence, LayerNormIsPyTorchs) {
    const LayerNormShape shape{.rows = 2, .width = 5, .epsilon = 1e-5F};
    const LayerNormInput in{sequence(10, 4), sequence(5, 7), sequence(5, 8)};
    expect_golden(layer_norm_forward(shape, in),
                  {0.481842796267, -0.168179766978, -1.61113986927, -0.159472804752, -1.20203870416, 0.481842796267,
                   -0.168179766978, -1.61113986927, -0.159472804752, -1.20203870416},
                  "dst");
    const LayerNormInput diff = layer_norm_backward(shape, in, sequence(10, 5));
    expect_golden(diff.src,
                  {0.170992338057, -2.33193581612, 0.150436398949, 0.873002356679, 1.13750472244, 0.166538938368,
                   -2.15742046109, 0.0524956721273, 0.747457365053, 1.19092848554},
                  "src");
    expect_golden(diff.gamma, {-0.518157203733, 0.082434100594, -1.26398954244, -1.03631440747, -1.4013797101},
                  "gamma");
    expect_golden(diff.beta, {-0.375, -2.625, 0.875, -1.375, 2.125}, "beta");
}

TEST(ReferenceSequence, LayerNormGradientsMatchFiniteDifferences) {
    const LayerNormShape shape{.rows = 3, .width = 7};
    const LayerNormInput in{random_values(21, 1), random_values(7, 2), random_values(7, 3)};
    const Values diff_dst = random_values(21, 4);
    const LayerNormInput g = layer_norm_backward(shape, in, diff_dst);
    const auto matches = [&](Values LayerNormInput::*member, const char* what) {
        const auto loss = [&](const Values& x) {
            LayerNormInput moved = in;
            moved.*member = x;
            return dot(layer_norm_forward(shape, moved), diff_dst);
        };
        expect_gradient(loss, in.*member, g.*member, what);
    };
    matches(&LayerNormInput::src, "src");
    matches(&LayerNormInput::gamma, "gamma");
    matches(&LayerNormInput::beta, "beta");
}

TEST(ReferenceSequence, AttentionGradientsMatchFiniteDifferences) {
    const AttentionShape shape{
        .batch = 2, .heads = 2, .queries = 6, .keys = 6, .dim = 3, .causal = true, .max_distance = 1};
    AttentionValues in{random_values(2 * 6 * 18, 1), {}, {}, {}};
    for (std::size_t t = 0; t < 4; ++t) in.tables[t] = random_values(4 * 3, 2 + t);
    const Values diff_dst = random_values(2 * 6 * 6, 9);
    const AttentionValues g = attention_backward(shape, in, diff_dst);
    const auto loss = [&](const AttentionValues& moved) { return dot(attention_forward(shape, moved), diff_dst); };
    const auto with_src = [&](const Values& x) {
        AttentionValues moved = in;
        moved.src = x;
        return loss(moved);
    };
    expect_gradient(with_src, in.src, g.src, "src");
    for (std::size_t t = 0; t < 4; ++t) {
        const auto with_table = [&](const Values& x) {
            AttentionValues moved = in;
            moved.tables[t] = x;
            return loss(moved);
        };
        expect_gradient(with_table, in.tables[t], g.tables[t], "table");
    }
}

TEST(ReferenceSequence, AQueryThatSeesNoKeyGivesZerosAndNoGradients) {
    const AttentionShape shape{.queries = 2, .keys = 2, .dim = 3, .mask = true};
    const AttentionValues in{random_values(18, 1), {}, {0, 0}, {}};
    EXPECT_EQ(attention_forward(shape, in), Values(6, 0.0));
    EXPECT_EQ(attention_backward(shape, in, random_values(6, 2)).src, Values(18, 0.0));
}

}  // namespace
}  // namespace hpnas::kernel::reference
