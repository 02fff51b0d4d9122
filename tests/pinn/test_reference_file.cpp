// SPDX-License-Identifier: BSD-3-Clause
// Reference solutions from files: what is read, and what is said about files that can't be.
#include "core/error.h"
#include "core/files/npy.h"
#include "core/files/npz.h"
#include "core/files/zip.h"
#include "plugins/pinn/reference/reference_file.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"

#include <cstring>
#include <fstream>
#include <random>
#include <sstream>

using namespace orrery;
using namespace orrery::pinn;
namespace fs = std::filesystem;

namespace {

Array array_of(std::vector<std::int64_t> shape, const std::vector<double>& values) {
    Array array(std::move(shape), DType::float64);
    std::copy(values.begin(), values.end(), array.values<double>().begin());
    return array;
}

std::string npz_of(const std::vector<std::pair<std::string, Array>>& arrays) {
    std::ostringstream out;
    ZipWriter zip(out);
    for (const auto& [name, array] : arrays) {
        const std::string header = npy_header(array.shape(), array.type());
        zip.add(name + ".npy",
                {{header.data(), header.size()}, {static_cast<const char*>(array.data()), array.bytes()}});
    }
    zip.finish();
    return out.str();
}

std::string refusal(const fs::path& file, const std::vector<std::string>& unknowns = {"u"}) {
    try {
        read_reference(file, {"x", "t"}, unknowns);
    } catch (const Error& e) {
        CHECK(e.code() == ExitCode::usage);
        return std::string(e.what()) + " " + e.hint();
    }
    return "no error";
}

std::string bytes_of(const std::string& hexadecimal) {
    std::string bytes;
    for (std::size_t i = 0; i < hexadecimal.size(); i += 2) {
        bytes += static_cast<char>(std::stoi(hexadecimal.substr(i, 2), nullptr, 16));
    }
    return bytes;
}

} // namespace

TEST_CASE("a reference is read from a table, an array and an archive", "[pinn]") {
    const ScratchFolder folder;
    const Points points = {{0, 0.5, 1}, {0.1, 0.2, 0.3}};
    const auto table = read_reference(folder.write("a.csv", "t,remark,u,x\n0.1,a,7,0\n0.2,b,8,0.5\n0.3,c,-9e-1,1\n"),
                                      {"x", "t"}, {"u", "v"});
    CHECK(table.points == points);
    REQUIRE(table.values.size() == 2);
    CHECK(table.values[0] == std::vector<double>{7, 8, -0.9});
    CHECK(table.values[1].empty());

    write_npy(folder.path() / "a.npy", array_of({3, 3}, {0, 0.1, 7, 0.5, 0.2, 8, 1, 0.3, -0.9}));
    const auto array = read_reference(folder.path() / "a.npy", {"x", "t"}, {"u"});
    CHECK(array.points == points);
    CHECK(array.values[0] == table.values[0]);

    const Array x = array_of({3}, points[0]), t = array_of({3}, points[1]), u = array_of({3}, {7, 8, -0.9});
    const auto archive =
        read_reference(folder.write("a.npz", npz_of({{"x", x}, {"t", t}, {"u", u}})), {"x", "t"}, {"u"});
    CHECK(archive.points == points);
    CHECK(archive.values[0] == table.values[0]);

    // On a grid the first coordinate is the first dimension.
    const Array two = array_of({2}, {10, 20}), over = array_of({3, 2}, {1, 2, 3, 4, 5, 6});
    const auto grid =
        read_reference(folder.write("b.npz", npz_of({{"u", over}, {"x", x}, {"t", two}})), {"x", "t"}, {"u"});
    CHECK(grid.points == Points{{0, 0, 0.5, 0.5, 1, 1}, {10, 20, 10, 20, 10, 20}});
    CHECK(grid.values[0] == std::vector<double>{1, 2, 3, 4, 5, 6});
}

TEST_CASE("an archive that NumPy has compressed is read", "[pinn]") {
    const ScratchFolder folder;
    // numpy.savez_compressed(..., u=numpy.array([0.0, 2.5]))
    const std::string bytes =
        bytes_of("504b030414000000080000002100fa1d023a490000009000000005001400752e6e7079010010009000000000000000490000"
                 "00000000009bec17ea1b10c9c850c650ad9e925a9c5ca46ea5a06e9366a1aea3a09e965f54529498179f5f94920a12774bcc"
                 "294e058a17672416a402f91a463a9a3a0ab50a14002e0614c0e20000504b0102140314000000080000002100fa1d023a4900"
                 "000090000000050000000000000000000000800100000000752e6e7079504b05060000000001000100330000008000000000"
                 "00");
    const auto arrays = read_npz(folder.write("deflated.npz", bytes));
    REQUIRE(arrays.size() == 1);
    const auto u = arrays.at("u").values<double>();
    REQUIRE(u.size() == 2);
    CHECK(u[0] == 0);
    CHECK(u[1] == 2.5);
}

TEST_CASE("what is wrong with a reference file is said", "[pinn]") {
    const ScratchFolder folder;
    CHECK_THAT(refusal(folder.path() / "none.csv"), contains_text("no such file"));
    CHECK_THAT(refusal(folder.write("a.mat", "x")), contains_text(".mat") && contains_text(".npz"));
    CHECK_THAT(refusal(folder.write("a.csv", "x,u\n1,2\n")), contains_text("'t'") && contains_text("x, u"));
    CHECK_THAT(refusal(folder.write("b.csv", "x,t\n1,2\n")), contains_text("none of the unknowns u"));
    CHECK_THAT(refusal(folder.write("c.csv", "x,t,u\n1,2,3\n1,2,three\n")),
               contains_text("line 3") && contains_text("three"));
    CHECK_THAT(refusal(folder.write("d.csv", "x,t,u\n1,2,nan\n")), contains_text("line 2"));
    CHECK_THAT(refusal(folder.write("e.csv", "x,t,u\n")), contains_text("no points"));
    write_npy(folder.path() / "a.npy", array_of({2, 2}, {1, 2, 3, 4}));
    CHECK_THAT(refusal(folder.path() / "a.npy"), contains_text("(2, 2)") && contains_text("x, t, u"));
    write_npy(folder.path() / "b.npy", array_of({1, 3}, {1, 2, NAN}));
    CHECK_THAT(refusal(folder.path() / "b.npy"), contains_text("value 0 of 'u'"));
    const Array three = array_of({3}, {1, 2, 3}), two = array_of({2}, {1, 2});
    CHECK_THAT(refusal(folder.write("a.npz", npz_of({{"x", three}, {"u", three}}))),
               contains_text("no array 't'") && contains_text("u, x"));
    CHECK_THAT(refusal(folder.write("b.npz", npz_of({{"x", three}, {"t", two}, {"u", three}}))),
               contains_text("(3)") && contains_text("3, 2"));
    CHECK_THAT(refusal(folder.write("c.npz", npz_of({{"x", three}, {"t", three}}))),
               contains_text("none of the unknowns"));
    CHECK_THAT(refusal(folder.write("d.npz", "PK no archive")), contains_text("no directory"));
}

TEST_CASE("no damaged archive is read as if it were whole", "[pinn]") {
    const ScratchFolder folder;
    const Array three = array_of({3}, {1, 2, 3});
    const std::string whole = npz_of({{"x", three}, {"t", three}, {"u", three}});
    for (std::size_t size = 0; size < whole.size(); size += 29) {
        CHECK_THROWS_AS(read_npz(folder.write("cut.npz", whole.substr(0, size))), Error);
    }
    std::mt19937 generator(7);
    int read = 0;
    for (int trial = 0; trial < 400; ++trial) {
        std::string damaged = whole;
        damaged[generator() % damaged.size()] = static_cast<char>(generator());
        try {
            for (const auto& [name, array] : read_npz(folder.write("bad.npz", damaged))) {
                // What a byte can change without notice: names, dates, flags; never a number.
                CHECK(std::memcmp(array.data(), three.data(), three.bytes()) == 0);
            }
            ++read;
        } catch (const Error&) { // a sentence, not a crash
        }
    }
    CHECK(read < 300);
}
