#include <cmath>
#include <limits>
#include <numeric>

#include "h5/scratch.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/h5/dataset.hpp"
#include "hpnas/h5/file.hpp"

namespace hpnas {
namespace {

template <class T>
void expect_round_trip(const std::vector<T>& values) {
    const Scratch scratch;
    h5::File::create(scratch.file("d.h5")).root().write<T>("x", values);
    EXPECT_EQ(h5::File::open(scratch.file("d.h5")).root().dataset("x").template read<T>(), values);
}

TEST(H5Dataset, EveryNumberTypeComesBackExactly) {
    expect_round_trip<double>({0.1, -1e300, std::numeric_limits<double>::infinity()});
    expect_round_trip<float>({0.1F, -3e38F});
    expect_round_trip<std::int64_t>({std::numeric_limits<std::int64_t>::min(), 7});
    expect_round_trip<std::int32_t>({-5, 5});
    expect_round_trip<std::int16_t>({-32768, 32767});
    expect_round_trip<std::uint8_t>({0, 255});
    expect_round_trip<double>({});
}

TEST(H5Dataset, KeepsNanSizesAndLargeArrays) {
    const Scratch scratch;
    std::vector<double> values(70000 * 3);  // several chunks
    std::iota(values.begin(), values.end(), 0.0);
    values[5] = std::nan("");
    const std::vector<std::uint64_t> sizes{70000, 3};
    h5::File::create(scratch.file("d.h5")).root().write<double>("x", values, sizes);
    const h5::Dataset x = h5::File::open(scratch.file("d.h5")).root().dataset("x");
    EXPECT_EQ(x.sizes(), sizes);
    const auto back = x.read<double>();
    EXPECT_TRUE(std::isnan(back[5]));
    EXPECT_EQ(back.back(), values.back());
    EXPECT_EQ(x.read<float>()[7], 7.0F);  // converts
}

TEST(H5Dataset, KeepsTexts) {
    const Scratch scratch;
    const std::vector<std::string> texts{"", "loss is not finite", "Größe"};
    h5::File::create(scratch.file("d.h5")).root().write_texts("reason", texts);
    const h5::Dataset reason = h5::File::open(scratch.file("d.h5")).root().dataset("reason");
    EXPECT_TRUE(reason.is_text());
    EXPECT_EQ(reason.read_texts(), texts);
    EXPECT_THROW(reason.read<double>(), StoreError);
}

TEST(H5Dataset, DimensionScalesAreAttached) {
    const Scratch scratch;
    h5::File file = h5::File::create(scratch.file("d.h5"));
    h5::Group root = file.root();
    h5::Dataset id = root.write<std::int64_t>("candidate_id", std::vector<std::int64_t>{0, 1});
    h5::Dataset top1 = root.write<double>("val_top1", std::vector<double>{40, 50});
    id.make_scale("candidate_id");
    top1.attach_scale(0, id);
    EXPECT_TRUE(top1.has("DIMENSION_LIST"));
    EXPECT_EQ(id.text("CLASS"), "DIMENSION_SCALE");
}

TEST(H5Dataset, AFlippedByteIsFound) {
    const Scratch scratch;
    const std::string path = scratch.file("d.h5");
    std::vector<double> values(5000);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = std::sin(static_cast<double>(i));  // does not compress to nothing
    h5::File::create(path).root().write<double>("x", values);
    std::string bytes = read_bytes(path);
    bytes[bytes.size() - 1000] ^= 1;  // inside the only chunk, which is last in the file
    std::ofstream(path, std::ios::binary) << bytes;
    const h5::Dataset damaged = h5::File::open(path).root().dataset("x");
    try {
        damaged.read<double>();
        FAIL() << "damaged values were read";
    } catch (const StoreError& error) {
        EXPECT_EQ(error.exit_code(), ExitCode::data);
        EXPECT_NE(std::string(error.what()).find(path + ": /x"), std::string::npos) << error.what();
    }
}

}  // namespace
}  // namespace hpnas
