#include <gtest/gtest.h>

#include "hpnas/store/byte_stream.hpp"

namespace hpnas {
namespace {

TEST(ByteStream, IsLittleEndian) {
    ByteWriter out;
    out.number(std::uint32_t{0x01020304});
    EXPECT_EQ(out.bytes(), std::string("\x04\x03\x02\x01", 4));
}

TEST(ByteStream, TextAndVectorsSurviveTheRoundTrip) {
    ByteWriter out;
    out.text(std::string("a\0b", 3));
    out.vector(std::vector<double>{1.5, -2});
    out.vector(std::vector<std::string>{"", "xyz"});
    ByteReader in(out.bytes(), "test");
    EXPECT_EQ(in.text(), std::string("a\0b", 3));
    EXPECT_EQ(in.vector<double>(), (std::vector<double>{1.5, -2}));
    EXPECT_EQ(in.vector<std::string>(), (std::vector<std::string>{"", "xyz"}));
    EXPECT_TRUE(in.at_end());
}

TEST(ByteStream, ShortInputIsAnErrorThatNamesThePlace) {
    ByteWriter out;
    out.number(std::uint32_t{5});
    ByteReader in(out.bytes(), "run.journal: offset 12");
    try {
        in.text();
        FAIL();
    } catch (const StoreError& error) {
        EXPECT_NE(std::string(error.what()).find("run.journal: offset 12"), std::string::npos);
    }
}

}  // namespace
}  // namespace hpnas
