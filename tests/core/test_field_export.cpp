// SPDX-License-Identifier: BSD-3-Clause
#include "core/error.h"
#include "core/files/export.h"
#include "core/files/field_file.h"
#include "core/files/npy.h"
#include "core/files/replace_file.h"
#include "core/files/zip.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"

#include <cstring>
#include <ostream>
#include <sstream>

using namespace orrery;

namespace {

// 3 x 2 points, 2 steps, value 100 step + 10 i + j; "psi" is its negative where both are asked for.
void write_field(const std::filesystem::path& file, bool two = true) {
    FieldLayout layout;
    layout.nx = 3;
    layout.ny = 2;
    layout.origin = {0, 1};
    layout.spacing = {0.5, 2};
    layout.names = two ? std::vector<std::string>{"theta", "psi"} : std::vector<std::string>{"theta"};
    layout.units = {{"theta", "K"}};
    layout.times = {0, 0.1};
    FieldWriter writer(file, layout);
    for (std::int64_t step = 0; step < 2; ++step) {
        Array values({3, 2}, DType::float64);
        for (int i = 0; i < 3; ++i) {
            for (int j = 0; j < 2; ++j)
                values.values<double>()[static_cast<std::size_t>(2 * i + j)] =
                    static_cast<double>(100 * step + 10 * i + j);
        }
        writer.write(step, "theta", values);
        for (double& value : values.values<double>()) value = -value;
        if (two) writer.write(step, "psi", values);
    }
    writer.close();
}

std::uint64_t little_endian(const std::string& bytes, std::size_t at, std::size_t count) {
    std::uint64_t out = 0;
    for (std::size_t k = 0; k < count; ++k)
        out |= std::uint64_t{static_cast<unsigned char>(bytes.at(at + k))} << (8 * k);
    return out;
}

// The CRC-32 of ISO 3309, bit by bit.
std::uint32_t crc(const std::string& bytes) {
    std::uint32_t out = 0xFFFFFFFF;
    for (const char c : bytes) {
        out ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit) out = (out >> 1U) ^ (out & 1U ? 0xEDB88320U : 0U);
    }
    return ~out;
}

// A member by way of the archive's directory, as a zip reader goes; checks the CRC.
std::string member(const std::string& zip, const std::string& name) {
    const std::size_t end = zip.size() - 22;
    REQUIRE(little_endian(zip, end, 4) == 0x06054b50);
    std::size_t at = little_endian(zip, end + 16, 4);
    for (std::uint64_t k = 0; k < little_endian(zip, end + 10, 2); ++k) {
        REQUIRE(little_endian(zip, at, 4) == 0x02014b50);
        const std::size_t length = little_endian(zip, at + 28, 2);
        if (zip.substr(at + 46, length) == name) {
            const std::size_t local = little_endian(zip, at + 42, 4);
            REQUIRE(little_endian(zip, local, 4) == 0x04034b50);
            const std::string bytes =
                zip.substr(local + 30 + length + little_endian(zip, local + 28, 2), little_endian(zip, at + 20, 4));
            REQUIRE(crc(bytes) == little_endian(zip, at + 16, 4));
            REQUIRE(crc(bytes) == little_endian(zip, local + 14, 4));
            return bytes;
        }
        at += 46 + length + little_endian(zip, at + 30, 2) + little_endian(zip, at + 32, 2);
    }
    FAIL("no member " << name);
    return {};
}

Array array_in(const std::string& zip, const std::string& name) {
    const std::string bytes = member(zip, name);
    return read_npy(std::as_bytes(std::span(bytes)), name);
}

} // namespace

TEST_CASE("a field is exported as .npy [steps, nx, ny], or one step of it", "[core][files]") {
    const ScratchFolder folder;
    write_field(folder / "f");
    export_artifact(Kind::field, folder / "f", folder / "a.npy", {.field = "theta", .step = {}});
    const Array all = read_npy(folder / "a.npy");
    REQUIRE(all.shape() == std::vector<std::int64_t>{2, 3, 2});
    CHECK(all.values<double>()[1 * 6 + 2 * 2 + 1] == 121);
    export_artifact(Kind::field, folder / "f", folder / "a.npy", {.field = "psi", .step = -1});
    const Array last = read_npy(folder / "a.npy");
    REQUIRE(last.shape() == std::vector<std::int64_t>{3, 2});
    CHECK(last.values<double>()[2 * 2] == -120);
    CHECK(folder.count() == 2);
}

TEST_CASE("a field is exported as .npz with its coordinates, equal bytes for equal fields", "[core][files][P5]") {
    const ScratchFolder folder;
    write_field(folder / "f");
    export_artifact(Kind::field, folder / "f", folder / "a.npz");
    export_artifact(Kind::field, folder / "f", folder / "b.npz");
    const std::string zip = folder.text_of("a.npz");
    CHECK(zip == folder.text_of("b.npz"));
    CHECK(array_in(zip, "theta.npy").values<double>()[1 * 6 + 1 * 2 + 1] == 111);
    CHECK(array_in(zip, "psi.npy").shape() == std::vector<std::int64_t>{2, 3, 2});
    CHECK(array_in(zip, "time.npy").values<double>()[1] == 0.1);
    CHECK(array_in(zip, "x.npy").values<double>()[2] == 1.0);
    CHECK(array_in(zip, "y.npy").values<double>()[1] == 3.0);
}

TEST_CASE("a field is exported as .csv with one row per point and step", "[core][files]") {
    const ScratchFolder folder;
    write_field(folder / "f", false);
    export_artifact(Kind::field, folder / "f", folder / "a.csv");
    CHECK(folder.text_of("a.csv") ==
          "time,x,y,theta [K]\r\n0,0,1,0\r\n0,0,3,1\r\n0,0.5,1,10\r\n0,0.5,3,11\r\n0,1,1,20\r\n0,1,3,21\r\n"
          "0.1,0,1,100\r\n0.1,0,3,101\r\n0.1,0.5,1,110\r\n0.1,0.5,3,111\r\n0.1,1,1,120\r\n0.1,1,3,121\r\n");
}

TEST_CASE("a field is exported as .vti of its last step with x fastest", "[core][files]") {
    const ScratchFolder folder;
    write_field(folder / "f", false);
    export_artifact(Kind::field, folder / "f", folder / "a.vti");
    const std::string text = folder.text_of("a.vti");
    CHECK_THAT(text, contains_text("WholeExtent=\"0 2 0 1 0 0\" Origin=\"0 1 0\" Spacing=\"0.5 2 1\"") &&
                         contains_text(">0.1</DataArray>"));
    const std::size_t at = text.find("encoding=\"raw\">\n_") + 17;
    REQUIRE(little_endian(text, at, 8) == 48);
    double values[6];
    std::memcpy(values, text.data() + at + 8, sizeof values);
    CHECK(std::vector<double>(values, values + 6) == std::vector<double>{100, 110, 120, 101, 111, 121});
}

TEST_CASE("an artifact's own form is copied byte for byte", "[core][files]") {
    const ScratchFolder folder;
    write_field(folder / "f");
    export_artifact(Kind::field, folder / "f", folder / "a.vtkhdf");
    CHECK(folder.text_of("a.vtkhdf") == folder.text_of("f"));
    folder.write("m", std::string("PK\x03\x04", 4) + std::string(100'000, '\0'));
    export_artifact(Kind::model, folder / "m", folder / "m.pt");
    CHECK(folder.text_of("m.pt") == folder.text_of("m"));
    folder.write("t", "x\r\n1\r\n");
    export_artifact(Kind::table, folder / "t", folder / "t.csv");
    CHECK(folder.text_of("t.csv") == "x\r\n1\r\n");
}

TEST_CASE("a wrong export is refused with what is accepted, and the old file stays", "[core][files][P9]") {
    const ScratchFolder folder;
    write_field(folder / "f");
    folder.write("t", "x\r\n1\r\n");
    folder.write("a.npy", "old");
    const auto code_of = [&](Kind kind, const std::string& stored, const std::string& out, const ExportOptions& options,
                             const std::string& sentence) {
        try {
            export_artifact(kind, folder / stored, folder / out, options);
        } catch (const Error& error) {
            CHECK_THAT(std::string(error.what()), contains_text(sentence));
            return error.code();
        }
        return ExitCode::done;
    };
    CHECK(code_of(Kind::field, "f", "a.png", {}, "accepted are .vtkhdf, .hdf, .npy, .npz, .csv, .vti") ==
          ExitCode::usage);
    CHECK(code_of(Kind::model, "f", "a", {}, "kind model can't be written with the ending ''; accepted are .pt") ==
          ExitCode::usage);
    CHECK(code_of(Kind::field, "f", "a.npy", {}, "several fields, and .npy holds one: it holds psi, theta") ==
          ExitCode::usage);
    CHECK(code_of(Kind::field, "f", "a.npy", {.field = "u", .step = {}}, "no field 'u'") == ExitCode::usage);
    CHECK(code_of(Kind::field, "f", "a.npy", {.field = "psi", .step = 2}, "no step 2: the field has steps 0 to 1") ==
          ExitCode::usage);
    CHECK(code_of(Kind::field, "f", "a.npy", {.field = "psi", .step = -3}, "no step -3") == ExitCode::usage);
    CHECK(code_of(Kind::table, "t", "a.json", {}, "file is .csv, which is not changed into .json") == ExitCode::usage);
    CHECK(code_of(Kind::table, "absent", "a.csv", {}, "no such file") == ExitCode::failed);
    CHECK(code_of(Kind::field, "f", "absent/a.npz", {}, "No such file or directory") == ExitCode::failed);
    CHECK(folder.text_of("a.npy") == "old");
    CHECK(folder.count() == 3);
}

TEST_CASE("a file is replaced only by a complete one", "[core][files][P2]") {
    const ScratchFolder folder;
    folder.write("a", "old");
    CHECK_THROWS_AS(replace_file(folder / "a",
                                 [](std::ostream& out) {
                                     out << "half";
                                     throw Error("no more");
                                 }),
                    Error);
    CHECK(folder.text_of("a") == "old");
    CHECK_THROWS_AS(replace_file(folder / "a", [](std::ostream& out) { out.setstate(std::ios::badbit); }), Error);
    CHECK(folder.text_of("a") == "old");
    std::filesystem::create_symlink("a", folder / "link");
    replace_file(folder / "link", [](std::ostream& out) { out << "new"; });
    CHECK(folder.text_of("a") == "new");
    CHECK(std::filesystem::is_symlink(folder / "link"));
    CHECK(folder.count() == 2);
    CHECK_THROWS_WITH(replace_file(folder.path(), [](std::ostream&) {}), contains_text("is a folder"));
    CHECK_THROWS_WITH(replace_file("/dev/full", [](std::ostream& out) { out << std::string(100'000, 'x'); }),
                      contains_text("No space left on device"));
    CHECK(std::filesystem::is_character_file("/dev/full"));
}
