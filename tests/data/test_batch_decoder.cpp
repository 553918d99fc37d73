#include <gtest/gtest.h>

#include "data/messages.hpp"
#include "data/toy_files.hpp"
#include "hpnas/data/batch_decoder.hpp"

namespace hpnas {
namespace {

std::shared_ptr<ImageFiles> files(const test::Folder& folder, int n, std::int64_t threads) {
    auto result = std::make_shared<ImageFiles>();
    result->threads = threads;
    for (int i = 0; i < n; ++i) {
        result->names.push_back(folder / std::to_string(i) + ".png");
        test::write_png(result->names.back(), test::picture(20 + i, 30, static_cast<std::uint8_t>(i)));
    }
    return result;
}

TEST(BatchDecoder, WindowsAreThoseOfTheRule) {
    test::Folder folder;
    const WindowRule rule{.height = 8, .width = 8, .least_area = 0.3, .seed = 4};
    for (const std::int64_t threads : {1, 3}) {
        const auto set = files(folder, 6, threads);
        BatchDecoder decoder(set, rule);
        decoder.request(1, 0, {5, 2});
        decoder.request(1, 1, {0, 1, 3});
        EXPECT_TRUE(decoder.requested(1, 1));
        EXPECT_FALSE(decoder.requested(0, 1));
        for (const auto& [index, samples] :
             {std::pair{std::int64_t{0}, std::vector<std::int64_t>{5, 2}}, {1, {0, 1, 3}}}) {
            const auto windows = decoder.take(1, index);
            ASSERT_EQ(windows.size(), samples.size());
            for (std::size_t i = 0; i < samples.size(); ++i) {
                const Pixels image = set->decode(samples[i]);
                EXPECT_EQ(windows[i],
                          resample_image(image.view(), rule(image.height, image.width, 1, samples[i]), 8, 8));
            }
        }
        EXPECT_FALSE(decoder.requested(1, 0));
        EXPECT_THROW(decoder.take(1, 0), InternalError);
    }
}

TEST(BatchDecoder, WhatWasSkippedIsDropped) {
    test::Folder folder;
    BatchDecoder decoder(files(folder, 3, 2), {.height = 4, .width = 4});
    for (std::int64_t i = 0; i < 3; ++i) decoder.request(0, i, {i});
    EXPECT_EQ(decoder.take(0, 2)[0][2], 2);  // the picture's blue
    EXPECT_FALSE(decoder.requested(0, 0));
    decoder.request(0, 0, {0});
    decoder.clear();
    EXPECT_FALSE(decoder.requested(0, 0));
}

TEST(BatchDecoder, ABadFileIsNamedWhenItsBatchIsTaken) {
    test::Folder folder;
    const auto set = files(folder, 2, 1);
    test::write_file(set->names[1], "no image");
    BatchDecoder decoder(set, {.height = 4, .width = 4});
    decoder.request(0, 0, {0});
    decoder.request(0, 1, {1});
    EXPECT_EQ(decoder.take(0, 0).size(), 1U);
    EXPECT_NE(test::message([&] { decoder.take(0, 1); }).find("1.png: expected a JPEG or PNG"), std::string::npos);
}

}  // namespace
}  // namespace hpnas
