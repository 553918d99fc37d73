// What a batch of JPEG files costs: decoding and resampling one image, and how long a training loop waits for a batch
// of 32 while another thread's worth of computing (busy for `compute` ms a step, on one thread) goes on. `wait` near 0:
// the threads that decode ahead keep up; `step` above `compute` + `wait`: they take time from the computing thread.
// usage: OMP_NUM_THREADS=1 bench_data_images [DECODE_THREADS]
#include <fmt/core.h>
#include <jpeglib.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "hpnas/core/rng.hpp"
#include "hpnas/data/batch_loader.hpp"
#include "hpnas/data/labelled_images.hpp"
#include "hpnas/data/resample_image.hpp"

namespace {

using namespace hpnas;
using Clock = std::chrono::steady_clock;
constexpr std::int64_t n_images = 256, batch = 32, side = 224;

double ms_since(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

/// A picture with edges and some noise, 500 x 375 as ImageNet's median, quality 90.
void write_jpeg(const std::string& path, std::uint64_t seed) {
    constexpr unsigned width = 500, height = 375;
    Rng rng(seed, Purpose::test);
    std::vector<std::uint8_t> pixels(width * height * 3);
    for (std::size_t i = 0; i < pixels.size(); ++i)
        pixels[i] = static_cast<std::uint8_t>((i / 97 % 7 * 30 + i / (width * 30) * 12 + rng.below(24)) & 0xffU);
    std::FILE* file = std::fopen(path.c_str(), "wb");
    jpeg_compress_struct info{};
    jpeg_error_mgr errors{};
    info.err = jpeg_std_error(&errors);
    jpeg_create_compress(&info);
    jpeg_stdio_dest(&info, file);
    info.image_width = width;
    info.image_height = height;
    info.input_components = 3;
    info.in_color_space = JCS_RGB;
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, 90, TRUE);
    jpeg_start_compress(&info, TRUE);
    while (info.next_scanline < height) {
        std::uint8_t* row = pixels.data() + std::size_t{info.next_scanline} * width * 3;
        jpeg_write_scanlines(&info, &row, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    std::fclose(file);
}

ImageSubset make_images(const std::filesystem::path& folder, std::int64_t threads) {
    FileParts files;
    files.source = folder.string();
    for (std::int64_t i = 0; i < n_images; ++i) {
        files.train.push_back({(folder / fmt::format("{}.jpg", i)).string(), "a", ""});
        write_jpeg(files.train.back().path, static_cast<std::uint64_t>(i));
    }
    return whole(std::make_shared<const ImageSet>(read_images(files, {.threads = threads}).train));
}

void time_one_image(const ImageSubset& images) {
    double decode = 0, resample = 0;
    for (std::int64_t i = 0; i < 64; ++i) {
        auto start = Clock::now();
        const Pixels image = images.images->files->decode(i);
        decode += ms_since(start) / 64;
        start = Clock::now();
        resample_image(image.view(), centre_window(image.height, image.width, side, side), side, side);
        resample += ms_since(start) / 64;
    }
    fmt::print("one image of 500 x 375: decode {:.2f} ms, resample to {} x {} {:.2f} ms\n", decode, side, side,
               resample);
}

/// Computes for `ms` of this thread's time alone; returns how long it took.
double compute(double ms) {
    const auto start = Clock::now();
    std::timespec at{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
    const double until = 1e3 * static_cast<double>(at.tv_sec) + 1e-6 * static_cast<double>(at.tv_nsec) + ms;
    do clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
    while (1e3 * static_cast<double>(at.tv_sec) + 1e-6 * static_cast<double>(at.tv_nsec) < until);
    return ms_since(start);
}

void time_steps(const ImageSubset& images, double compute_ms) {
    AugmentationOptions augmentation;
    augmentation.crop_area = 0.08;
    BatchLoader loader(images, {{128, 128, 128}, {64, 64, 64}}, {batch, side, side, 1, augmentation});
    std::vector<float> memory(static_cast<std::size_t>(batch * side * side * 3));
    double wait = 0, step = 0;
    constexpr int warm_up = 4, n = 24;
    for (int i = 0; i < warm_up + n; ++i) {
        const auto start = Clock::now();
        loader.fill(i / loader.n_batches(), i % loader.n_batches(), memory);
        const double waited = ms_since(start);
        compute(compute_ms);
        if (i < warm_up) continue;
        wait += waited / n;
        step += ms_since(start) / n;
    }
    fmt::print("compute {:6.1f} ms   wait {:6.1f} ms   step {:6.1f} ms\n", compute_ms, wait, step);
}

}  // namespace

int main(int argc, char** argv) {
    const std::int64_t threads = argc > 1 ? std::atol(argv[1]) : 1;
    const auto folder = std::filesystem::temp_directory_path() / "hpnas_bench_data_images";
    std::filesystem::create_directories(folder);
    const ImageSubset images = make_images(folder, threads);
    time_one_image(images);
    fmt::print("batches of {} images at {} x {}, random crops, {} threads decode\n", batch, side, side, threads);
    for (const double ms : {0.0, 50.0, 100.0, 150.0, 200.0, 400.0}) time_steps(images, ms);
    std::filesystem::remove_all(folder);
    return 0;
}
