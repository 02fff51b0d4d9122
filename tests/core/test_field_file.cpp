// SPDX-License-Identifier: BSD-3-Clause
#include "core/error.h"
#include "core/files/field_file.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"

#include <sys/resource.h>

#include <cmath>
#include <csignal>
#include <cstring>
#include <ctime>
#include <limits>

using namespace orrery;

#ifdef __SANITIZE_ADDRESS__
// HDF5 1.10 leaks a file that it failed to close (the test of a full disk).
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libhdf5\n"; }
#endif

namespace {

// f(x, y, t) = cos(3x) + 2 sin(y) + 10 t: no symmetry between x and y.
double f(double x, double y, double t) { return std::cos(3 * x) + 2 * std::sin(y) + 10 * t; }

Array sampled(const FieldLayout& layout, double time, DType type = DType::float64) {
    Array out({layout.nx, layout.ny}, type);
    for (std::int64_t i = 0; i < layout.nx; ++i) {
        for (std::int64_t j = 0; j < layout.ny; ++j) {
            const double value = f(layout.origin[0] + static_cast<double>(i) * layout.spacing[0],
                                   layout.origin[1] + static_cast<double>(j) * layout.spacing[1], time);
            const auto at = static_cast<std::size_t>(i * layout.ny + j);
            if (type == DType::float64)
                out.values<double>()[at] = value;
            else
                out.values<float>()[at] = static_cast<float>(value);
        }
    }
    return out;
}

FieldLayout small_layout() {
    FieldLayout layout;
    layout.nx = 5;
    layout.ny = 3;
    layout.origin = {0.5, -1};
    layout.spacing = {0.25, 0.125};
    layout.names = {"theta", "error"};
    layout.units = {{"theta", "K"}};
    layout.times = {0, 0.5, 2};
    return layout;
}

void write_small(const std::filesystem::path& file, const FieldLayout& layout = small_layout()) {
    FieldWriter writer(file, layout);
    for (std::size_t step = 0; step < layout.times.size(); ++step) {
        for (const auto& name : layout.names)
            writer.write(static_cast<std::int64_t>(step), name, sampled(layout, layout.times[step]));
    }
    writer.close();
}

// Reads everything; the test passes with data or with an Error that names the file.
bool readable(const std::filesystem::path& path) {
    try {
        const FieldFile file = FieldFile::open(path);
        for (const auto& name : file.names()) {
            const Array all = file.read_all(name);
            REQUIRE(all.bytes() <= 1032 * std::filesystem::file_size(path) + 4096);
        }
        return true;
    } catch (const Error& error) {
        REQUIRE(std::string(error.what()).find(path.string()) == 0);
        return false;
    }
}

} // namespace

TEST_CASE("a field file gives back layout, times, units and every value at its place", "[core][files]") {
    const ScratchFolder folder;
    write_small(folder / "a.vtkhdf");
    const FieldFile file = FieldFile::open(folder / "a.vtkhdf");
    CHECK(file.names() == std::vector<std::string>{"error", "theta"});
    CHECK(file.times() == std::vector<double>{0, 0.5, 2});
    CHECK(file.layout().origin == std::array<double, 2>{0.5, -1});
    CHECK(file.layout().spacing == std::array<double, 2>{0.25, 0.125});
    CHECK(file.layout().units.at("theta") == "K");
    const Array last = file.read(2, "theta");
    REQUIRE(last.shape() == std::vector<std::int64_t>{5, 3});
    CHECK(last.unit == "K");
    CHECK(last.values<double>()[4 * 3 + 1] == f(0.5 + 4 * 0.25, -1 + 0.125, 2));
    CHECK(last.values<double>()[1 * 3 + 2] == f(0.5 + 0.25, -1 + 2 * 0.125, 2));
    const Array all = file.read_all("theta");
    REQUIRE(all.shape() == std::vector<std::int64_t>{3, 5, 3});
    CHECK(std::memcmp(all.values<double>().data() + 30, last.data(), last.bytes()) == 0);
}

TEST_CASE("the axes of a field have their names back, and wrong ones are refused", "[core][files]") {
    const ScratchFolder folder;
    auto layout = small_layout();
    write_small(folder.path() / "plain.vtkhdf", layout);
    layout.axes = {"x", "t"};
    write_small(folder.path() / "named.vtkhdf", layout);
    const auto named = FieldFile::open(folder.path() / "named.vtkhdf"),
               plain = FieldFile::open(folder.path() / "plain.vtkhdf");
    CHECK(named.layout().axes == layout.axes);
    CHECK(named.read(0, "theta").axes == std::vector<std::string>{"x", "t"});
    CHECK(named.read_all("theta").axes == std::vector<std::string>{"step", "x", "t"});
    CHECK(plain.read(0, "theta").axes == std::vector<std::string>{"x", "y"});
    layout.axes = {"x", "x"};
    CHECK_THROWS_WITH(FieldWriter(folder.path() / "wrong.vtkhdf", layout), contains_text("two axes named 'x'"));
    layout.axes = {"x", "a,b"};
    CHECK_THROWS_WITH(FieldWriter(folder.path() / "wrong.vtkhdf", layout), contains_text("an axis named 'a,b'"));
}

TEST_CASE("the values of a field lie as one block [step, ny, nx] with x fastest", "[core][files]") {
    const ScratchFolder folder;
    write_small(folder / "a.vtkhdf");
    const auto block = FieldFile::open(folder / "a.vtkhdf").block("theta");
    REQUIRE(block.has_value());
    CHECK(block->offset % 8 == 0);
    REQUIRE(block->bytes == 3 * 3 * 5 * sizeof(double));
    const std::string bytes = folder.text_of("a.vtkhdf");
    REQUIRE(bytes.size() >= block->offset + block->bytes);
    double value = 0;
    std::memcpy(&value, bytes.data() + block->offset + sizeof(double) * ((1 * 3 + 2) * 5 + 4),
                sizeof value); // step 1, y 2, x 4
    CHECK(value == f(0.5 + 4 * 0.25, -1 + 2 * 0.125, 0.5));
}

TEST_CASE("the torus has spacing 2 pi / n, and float32 files keep float32 values", "[core][files]") {
    const ScratchFolder folder;
    FieldLayout layout = FieldLayout::torus(8, {"theta"}, {1});
    CHECK(layout.spacing[1] == Approx(0.78539816339744831).epsilon(1e-15));
    layout.type = DType::float32;
    FieldWriter writer(folder / "a.vtkhdf", layout);
    writer.write(0, "theta", sampled(layout, 1));
    writer.write(0, "theta", sampled(layout, 1, DType::float32)); // again: replaces
    writer.close();
    const FieldFile file = FieldFile::open(folder / "a.vtkhdf");
    const Array back = file.read(0, "theta");
    CHECK(back.values<float>()[3 * 8 + 6] == static_cast<float>(f(3 * layout.spacing[0], 6 * layout.spacing[1], 1)));
    CHECK(file.block("theta")->type == DType::float32);
}

TEST_CASE("equal fields give equal bytes, written at different times and under different names", "[core][files][P5]") {
    const ScratchFolder folder;
    write_small(folder / "a.vtkhdf");
    struct timespec wait = {1, 100'000'000}; // HDF5's object times are whole seconds
    nanosleep(&wait, nullptr);
    write_small(folder / "another name.vtkhdf");
    CHECK(folder.text_of("a.vtkhdf") == folder.text_of("another name.vtkhdf"));
}

TEST_CASE("nothing is left of a field file that was not completed, and what was there stays", "[core][files][P2]") {
    const ScratchFolder folder;
    folder.write("a.vtkhdf", "old");
    {
        FieldWriter writer(folder / "a.vtkhdf", small_layout());
        writer.write(0, "theta", sampled(small_layout(), 0));
    }
    CHECK(folder.count() == 1);
    CHECK(folder.text_of("a.vtkhdf") == "old");
    FieldWriter writer(folder / "a.vtkhdf", small_layout());
    writer.write(0, "theta", sampled(small_layout(), 0));
    CHECK_THROWS_WITH(writer.close(), contains_text("object /VTKHDF/PointData/theta: step 1 was not written"));
    CHECK_THROWS_AS(writer.write(0, "theta", sampled(small_layout(), 0)), Error);
    CHECK(folder.text_of("a.vtkhdf") == "old");
}

TEST_CASE("a field file that was left unfinished is gone on with, and its bytes are those of one that was not",
          "[core][files][P2]") {
    const ScratchFolder folder;
    const FieldLayout layout = small_layout();
    write_small(folder / "whole.vtkhdf");
    const auto write_step = [&](FieldWriter& writer, std::int64_t step, double time) {
        for (const auto& name : layout.names) writer.write(step, name, sampled(layout, time));
    };
    {
        auto writer = FieldWriter::resumable(folder / "a.vtkhdf", layout);
        write_step(writer, 0, layout.times[0]);
        write_step(writer, 1, 77); // what a killed process may have half written
        // As a kill leaves it: the writer is still open.
        std::filesystem::copy_file(folder / "a.vtkhdf", folder / "killed.vtkhdf");
    }
    for (const std::string name : {"a.vtkhdf", "killed.vtkhdf"}) {
        CAPTURE(name);
        auto writer = FieldWriter::reopen(folder / name, layout, 1);
        REQUIRE(writer.has_value());
        write_step(*writer, 1, layout.times[1]);
        write_step(*writer, 2, layout.times[2]);
        writer->close();
        CHECK(folder.text_of(name) == folder.text_of("whole.vtkhdf"));
    }
}

TEST_CASE("a field file of another layout, or what is none, is not gone on with", "[core][files][P2]") {
    const ScratchFolder folder;
    const FieldLayout layout = small_layout();
    { FieldWriter::resumable(folder / "a.vtkhdf", layout); }
    CHECK(FieldWriter::reopen(folder / "a.vtkhdf", layout, 0).has_value());
    CHECK_FALSE(FieldWriter::reopen(folder / "absent.vtkhdf", layout, 0).has_value());
    FieldLayout other = layout;
    other.times[1] = 0.6;
    CHECK_FALSE(FieldWriter::reopen(folder / "a.vtkhdf", other, 0).has_value());
    other = layout;
    other.names = {"theta"};
    CHECK_FALSE(FieldWriter::reopen(folder / "a.vtkhdf", other, 0).has_value());
    other = layout;
    other.type = DType::float32;
    CHECK_FALSE(FieldWriter::reopen(folder / "a.vtkhdf", other, 0).has_value());
    CHECK_FALSE(FieldWriter::reopen(folder / "a.vtkhdf", layout, 4).has_value());
    CHECK_THROWS_WITH(FieldWriter::reopen(folder / "a.vtkhdf", layout, 2)->close(),
                      contains_text("step 2 was not written"));
    const std::string bytes = folder.text_of("a.vtkhdf");
    folder.write("cut.vtkhdf", bytes.substr(0, bytes.size() - 1));
    CHECK_FALSE(FieldWriter::reopen(folder / "cut.vtkhdf", layout, 0).has_value());
    folder.write("text.vtkhdf", "text");
    CHECK_FALSE(FieldWriter::reopen(folder / "text.vtkhdf", layout, 0).has_value());
}

TEST_CASE("a wrong layout or array is refused with everything that is wrong", "[core][files][P9]") {
    const ScratchFolder folder;
    FieldLayout layout = small_layout();
    layout.nx = 0;
    layout.spacing[1] = -1;
    layout.names = {"a/b", "x", "x"};
    layout.times = {1, 1};
    layout.units = {};
    layout.type = DType::int32;
    CHECK_THROWS_WITH(FieldWriter(folder / "a.vtkhdf", layout),
                      contains_text("0 x 3 points") && contains_text("spacing of -1") && contains_text("'a/b'") &&
                          contains_text("two fields named 'x'") && contains_text("step 1: 1") &&
                          contains_text("int32"));
    CHECK(folder.count() == 0);
    CHECK_THROWS_WITH(FieldWriter(folder / "absent/a.vtkhdf", small_layout()),
                      contains_text("No such file or directory"));
    FieldLayout huge = FieldLayout::torus(1 << 24, {"theta"}, {0, 1, 2});
    CHECK_THROWS_WITH(FieldWriter(folder / "a.vtkhdf", huge), contains_text("are free on its disk"));
    FieldWriter writer(folder / "a.vtkhdf", small_layout());
    CHECK_THROWS_WITH(writer.write(0, "psi", sampled(small_layout(), 0)), contains_text("there are theta, error"));
    CHECK_THROWS_WITH(writer.write(3, "theta", sampled(small_layout(), 0)), contains_text("not one of 0 to 2"));
    CHECK_THROWS_WITH(writer.write(0, "theta", Array({3, 5}, DType::float64)),
                      contains_text("shape (3, 5) were given, (5, 3) are needed"));
    CHECK_THROWS_WITH(writer.write(0, "theta", Array({5, 3}, DType::int32)), contains_text("int32"));
}

TEST_CASE("a disk that takes no more bytes ends a field file with the system's reason", "[core][files][P2]") {
    const ScratchFolder folder;
    const FieldLayout layout = FieldLayout::torus(64, {"theta"}, {0, 1, 2, 3});
    struct rlimit before {};
    getrlimit(RLIMIT_FSIZE, &before);
    auto* handler = std::signal(SIGXFSZ, SIG_IGN);
    const struct rlimit little = {50'000, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &little);
    std::string what;
    try {
        write_small(folder / "a.vtkhdf", layout);
    } catch (const Error& error) {
        what = error.what();
    }
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    CHECK_THAT(what, contains_text((folder / "a.vtkhdf").string()) && contains_text("File too large"));
    CHECK(folder.count() == 0);
    write_small(folder / "a.vtkhdf", layout); // HDF5 goes on working
    CHECK(readable(folder / "a.vtkhdf"));
}

TEST_CASE("what is no field file is refused with file and object", "[core][files][P9]") {
    const ScratchFolder folder;
    folder.write("a.vtkhdf", "text");
    CHECK_THROWS_WITH(FieldFile::open(folder / "a.vtkhdf"), contains_text("is not an HDF5 file"));
    CHECK_THROWS_WITH(FieldFile::open(folder / "absent.vtkhdf"), contains_text("no such file"));
    CHECK_THROWS_WITH(FieldFile::open(folder.path()), contains_text("no such file"));
    write_small(folder / "b.vtkhdf");
    const FieldFile file = FieldFile::open(folder / "b.vtkhdf");
    CHECK_THROWS_WITH(file.read(0, "psi"), contains_text("has no field 'psi'; it has error, theta"));
    CHECK_THROWS_WITH(file.read(3, "theta"), contains_text("no step 3"));
    CHECK_THROWS_WITH(file.read(-1, "theta"), contains_text("no step -1"));
    // The text of an attribute, changed in place.
    const auto changed = [&](const std::string& from, const std::string& to) -> std::string {
        std::string bytes = folder.text_of("b.vtkhdf");
        const auto at = bytes.find(from);
        if (at == std::string::npos) return "not found";
        bytes.replace(at, to.size(), to);
        folder.write("c.vtkhdf", bytes);
        try {
            FieldFile::open(folder / "c.vtkhdf");
        } catch (const Error& error) {
            return error.what();
        }
        return "no error";
    };
    CHECK_THAT(changed("ImageData", "PolyData\0"), contains_text("object /VTKHDF: holds PolyData"));
    CHECK_THAT(changed("WholeExtent", "wholeExtent"), contains_text("the attribute WholeExtent is missing"));
    const double two = 2;
    const std::string times = std::string(8, '\0') + std::string("\0\0\0\0\0\0\xe0\x3f", 8); // 0, 0.5
    CHECK_THAT(changed(times, std::string(reinterpret_cast<const char*>(&two), 8)),
               contains_text("times must increase"));
}

TEST_CASE("every truncation of a field file is survived", "[core][files][P9]") {
    const ScratchFolder folder;
    FieldLayout layout = small_layout();
    layout.names = {"theta"};
    layout.units = {};
    write_small(folder / "whole.vtkhdf", layout);
    const std::string whole = folder.text_of("whole.vtkhdf");
    REQUIRE(whole.size() < 20'000);
    for (std::size_t length = 0; length < whole.size(); ++length) {
        folder.write("cut.vtkhdf", whole.substr(0, length));
        INFO("length " << length);
        REQUIRE_FALSE(readable(folder / "cut.vtkhdf"));
    }
}
