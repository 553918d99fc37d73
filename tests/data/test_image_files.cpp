#include <gtest/gtest.h>

#include "data/messages.hpp"
#include "data/toy_files.hpp"
#include "hpnas/data/image_files.hpp"

namespace hpnas {
namespace {

TEST(ImageFiles, AreDecodedFromDiskOrMemoryAlike) {
    test::Folder folder;
    ImageFiles disk, memory;
    memory.begins = {0};
    for (int i = 0; i < 2; ++i) {
        const std::string path = folder / std::to_string(i) + ".png";
        test::write_png(path, test::picture(5 + i, 6, static_cast<std::uint8_t>(i)));
        disk.names.push_back(path);
        memory.names.push_back("p.h5: " + std::to_string(i));
        for (const std::uint8_t byte : read_bytes(path)) memory.bytes.push_back(byte);
        memory.begins.push_back(static_cast<std::int64_t>(memory.bytes.size()));
    }
    EXPECT_EQ(disk.size(), 2);
    EXPECT_EQ(disk.decode(1).rgb, test::picture(6, 6, 1).rgb);
    EXPECT_EQ(memory.decode(1).rgb, disk.decode(1).rgb);
    const std::uint64_t hash = memory.hash();
    memory.bytes[static_cast<std::size_t>(memory.begins[1]) + 30] ^= 1U;
    EXPECT_NE(memory.hash(), hash);
    EXPECT_NE(test::message([&] {
                  memory.bytes.resize(static_cast<std::size_t>(memory.begins[1]) + 40);
                  memory.begins[2] = memory.begins[1] + 40;
                  memory.decode(1);
              }).find("p.h5: 1: expected a whole PNG"),
              std::string::npos);
    const std::uint64_t before = disk.hash();
    test::write_file(disk.names[1], std::string(500, 'x'));  // another length
    EXPECT_NE(disk.hash(), before);
}

}  // namespace
}  // namespace hpnas
