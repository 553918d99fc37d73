#include "hpnas/h5/file.hpp"

#include <stdexcept>

#include "h5/scratch.hpp"
#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

void write_answer(h5::File& file) {
    file.root().write<std::int64_t>("answer", std::vector<std::int64_t>{42}).set("units", "1");
}

TEST(H5File, OpenSaysWhatIsWrong) {
    const Scratch scratch;
    try {
        h5::File::open(scratch.file("missing.h5"));
        FAIL();
    } catch (const StoreError& error) {
        EXPECT_EQ(error.exit_code(), ExitCode::no_input);
    }
    std::ofstream(scratch.file("text.h5")) << "not HDF5";
    try {
        h5::File::open(scratch.file("text.h5"));
        FAIL();
    } catch (const StoreError& error) {
        EXPECT_EQ(error.exit_code(), ExitCode::data);
    }
    EXPECT_THROW(h5::File::create(scratch.file("no/such/folder/x.h5")), StoreError);
}

TEST(H5Publish, LeavesAWholeFileAndNoTemporary) {
    const Scratch scratch;
    const std::string path = scratch.file("r.h5");
    h5::publish(path, write_answer);
    EXPECT_EQ(h5::File::open(path).root().dataset("answer").read<std::int64_t>().front(), 42);
    EXPECT_FALSE(std::filesystem::exists(path + ".tmp"));
}

TEST(H5Publish, KeepsTheEarlierFileWhenWritingFails) {
    const Scratch scratch;
    const std::string path = scratch.file("r.h5");
    h5::publish(path, write_answer);
    const std::string before = read_bytes(path);
    EXPECT_THROW(h5::publish(path, [](h5::File&) { throw std::runtime_error("half way"); }), std::runtime_error);
    EXPECT_EQ(read_bytes(path), before);
    EXPECT_FALSE(std::filesystem::exists(path + ".tmp"));
}

TEST(H5Publish, EqualContentsGiveEqualBytes) {
    const Scratch scratch;
    h5::publish(scratch.file("a.h5"), write_answer);
    h5::publish(scratch.file("b.h5"), write_answer);
    EXPECT_EQ(read_bytes(scratch.file("a.h5")), read_bytes(scratch.file("b.h5")));
}

}  // namespace
}  // namespace hpnas
