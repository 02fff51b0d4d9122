// SPDX-License-Identifier: BSD-3-Clause
#include "core/error.h"
#include "core/files/npy.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

using namespace orrery;

namespace {

std::string header_of(const std::string& dictionary, char major = 1) {
    std::string out = "\x93NUMPY";
    out += {major, '\x00', static_cast<char>(dictionary.size() & 255U), static_cast<char>(dictionary.size() >> 8U)};
    if (major > 1) out += std::string(2, '\0');
    return out + dictionary;
}

std::string dictionary(const std::string& type, const std::string& shape, bool fortran = false) {
    return "{'descr': '" + type + "', 'fortran_order': " + (fortran ? "True" : "False") + ", 'shape': " + shape +
           ", }\n";
}

template <class T>
std::string bytes_of(std::initializer_list<T> values) {
    std::string out;
    for (const T value : values) {
        std::array<char, sizeof(T)> raw = std::bit_cast<std::array<char, sizeof(T)>>(value);
        out.append(raw.data(), raw.size());
    }
    return out;
}

Array read(const std::string& text) { return read_npy(std::as_bytes(std::span(text)), "test.npy"); }

std::string message(const std::string& text) {
    try {
        read(text);
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

// Passes if the bytes are refused with an Error or read; anything else fails the test or the process.
void must_survive(const std::string& text) {
    try {
        const Array array = read(text);
        REQUIRE(array.bytes() <= text.size() * 2);
    } catch (const Error& error) {
        REQUIRE(std::string(error.what()).find("test.npy") == 0);
    }
}

} // namespace

TEST_CASE("an array written as .npy is byte for byte what numpy.save writes and reads back", "[core][files]") {
    const ScratchFolder folder;
    Array array({2, 3}, DType::float64);
    for (std::size_t k = 0; k < 6; ++k) array.values<double>()[k] = static_cast<double>(k) - 2.5;
    write_npy(folder / "a.npy", array);
    const std::string text = folder.text_of("a.npy");
    REQUIRE(text.size() == 128 + 48);
    CHECK(text.substr(0, 70) ==
          std::string("\x93NUMPY\x01\x00v\x00", 10) + "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), } ");
    CHECK(text[127] == '\n');
    const Array back = read_npy(folder / "a.npy");
    CHECK(back.shape() == array.shape());
    CHECK(std::memcmp(back.data(), array.data(), 48) == 0);
    CHECK(npy_header({5}, DType::uint8).find("'|u1', 'fortran_order': False, 'shape': (5,), }") == 20);
    CHECK(npy_header({}, DType::int32).size() == 128);
}

TEST_CASE("every element type of .npy becomes the Array type that holds its values", "[core][files]") {
    CHECK(read(header_of(dictionary("<f4", "(2,)")) + bytes_of<float>({1.5F, -2})).values<float>()[1] == -2);
    CHECK(read(header_of(dictionary(">f8", "(2,)")) + std::string("\x3f\xf8\0\0\0\0\0\0\xc0\0\0\0\0\0\0\0", 16))
              .values<double>()[0] == 1.5);
    CHECK(read(header_of(dictionary(">i2", "(1,)")) + std::string("\xff\x00", 2)).values<std::int32_t>()[0] == -256);
    CHECK(read(header_of(dictionary("|i1", "(1,)")) + "\xff").values<std::int32_t>()[0] == -1);
    CHECK(read(header_of(dictionary("<u2", "(1,)")) + "\xff\xff").values<std::int32_t>()[0] == 65535);
    CHECK(read(header_of(dictionary("<u4", "(1,)")) + "\xff\xff\xff\xff").values<std::int64_t>()[0] == 4294967295);
    CHECK(read(header_of(dictionary("<i8", "()")) + bytes_of<std::int64_t>({-7})).values<std::int64_t>()[0] == -7);
    CHECK(read(header_of(dictionary("|b1", "(2,)")) + std::string("\x01\x00", 2)).values<std::uint8_t>()[0] == 1);
    // float16: 1.0, -2.5, the smallest subnormal 2^-24, infinity (IEEE 754 binary16).
    const Array half =
        read(header_of(dictionary("<f2", "(4,)"), 2) + bytes_of<std::uint16_t>({0x3c00, 0xc100, 0x0001, 0x7c00}));
    CHECK(half.values<float>()[0] == 1.0F);
    CHECK(half.values<float>()[1] == -2.5F);
    CHECK(half.values<float>()[2] == std::ldexp(1.0F, -24));
    CHECK(std::isinf(half.values<float>()[3]));
    CHECK(read(header_of(dictionary("<f8", "(0, 5)"), 3)).size() == 0);
}

TEST_CASE("a .npy file in Fortran order is converted to C order", "[core][files]") {
    const Array two = read(header_of(dictionary("<f8", "(2, 3)", true)) + bytes_of<double>({11, 21, 12, 22, 13, 23}));
    const double rows[] = {11, 12, 13, 21, 22, 23};
    CHECK(std::equal(std::begin(rows), std::end(rows), two.values<double>().begin()));
    const Array three = read(header_of(dictionary("<i4", "(2, 2, 2)", true)) +
                             bytes_of<std::int32_t>({0, 100, 10, 110, 1, 101, 11, 111}));
    const std::int32_t cube[] = {0, 1, 10, 11, 100, 101, 110, 111};
    CHECK(std::equal(std::begin(cube), std::end(cube), three.values<std::int32_t>().begin()));
}

TEST_CASE("a wrong .npy file is refused with the file, the byte and the reason", "[core][files][P9]") {
    CHECK(message("") == "test.npy: is empty (byte 0).");
    CHECK_THAT(message("hello, this is text"), contains_text("is not a .npy file") && contains_text("byte 0"));
    CHECK_THAT(message(header_of(dictionary("<f8", "(2,)")) + "1234567"),
               contains_text("is truncated: shape (2) of type '<f8' needs 16 bytes of data, 7 are there"));
    CHECK_THAT(message(header_of(dictionary("<f8", "(1,)")) + "123456789"), contains_text("too long"));
    CHECK_THAT(message(header_of(dictionary("<c16", "(1,)"))),
               contains_text("complex numbers") && contains_text("byte 20"));
    CHECK_THAT(message(header_of(dictionary("|O", "(1,)"))), contains_text("Python objects"));
    CHECK_THAT(message(header_of(dictionary("<U5", "(1,)"))), contains_text("holds text"));
    CHECK_THAT(message(header_of(dictionary("<M8[s]", "(1,)"))), contains_text("dates"));
    CHECK_THAT(message(header_of(dictionary("<f16", "(1,)"))), contains_text("unsupported type (type '<f16')"));
    CHECK_THAT(message(header_of("{'descr': [('x', '<f8')], 'fortran_order': False, 'shape': (1,), }")),
               contains_text("structured records"));
    CHECK_THAT(message(header_of("{'descr': '<f8', 'shape': (1,), }")), contains_text("lacks 'fortran_order'"));
    CHECK_THAT(message(header_of("{'descr': '<f8', 'descr': '<f8', }")), contains_text("repeated key 'descr'"));
    CHECK_THAT(message(header_of(dictionary("<f8", "(1,)") + "x")), contains_text("goes on after"));
    CHECK_THAT(message(header_of(dictionary("<f8", "(-1,)"))), contains_text("a size of the shape expected"));
    CHECK_THAT(message(header_of(dictionary("<u8", "(1,)")) + std::string(8, '\xff')), contains_text("does not fit"));
    std::string future = header_of(dictionary("<f8", "(1,)"));
    future[6] = 9;
    CHECK_THAT(message(future), contains_text("unknown .npy format 9.0"));
}

TEST_CASE("a .npy shape that no file can hold is refused before anything is allocated", "[core][files][P9]") {
    // 2^61 float64 are 2^64 bytes, which wraps to 0: as many as are there.
    CHECK_THAT(message(header_of(dictionary("<f8", "(2305843009213693952,)"))), contains_text("too large"));
    CHECK_THAT(message(header_of(dictionary("<f8", "(4611686018427387904, 4611686018427387904)"))),
               contains_text("too large"));
    CHECK_THAT(message(header_of(dictionary("<f8", "(4611686018427387904, 4611686018427387904, 0)"))),
               contains_text("too large"));
    CHECK_THAT(message(header_of(dictionary("<f8", "(99999999999999999999999,)"))), contains_text("too large"));
    CHECK_THAT(message(header_of(dictionary("<f8", "(100000000000,)"))),
               contains_text("needs 800000000000 bytes of data, 0 are there"));
    CHECK_THAT(message(std::string("\x93NUMPY\x02\x00\xff\xff\xff\xff", 12)),
               contains_text("4294967295 bytes, more than"));
    std::string many = "(";
    for (int d = 0; d < 65; ++d) many += "1,";
    CHECK_THAT(message(header_of(dictionary("<f8", many + ")"))), contains_text("more than 64 dimensions"));
}

TEST_CASE("every truncation and every changed header byte of a .npy file is survived", "[core][files][P9]") {
    const std::string whole = header_of(dictionary("<f8", "(2, 3)")) + std::string(48, 'x');
    for (std::size_t length = 0; length < whole.size(); ++length) {
        INFO("length " << length);
        CHECK_THROWS_AS(read(whole.substr(0, length)), Error);
    }
    const std::size_t header = whole.size() - 48;
    for (std::size_t at = 0; at < header; ++at) {
        for (int value = 0; value < 256; ++value) {
            std::string changed = whole;
            changed[at] = static_cast<char>(value);
            must_survive(changed);
        }
    }
}

TEST_CASE("an initial field must be square and finite, and integers are accepted", "[core][files][P9]") {
    const ScratchFolder folder;
    const auto why = [&](const Array& array) -> std::string {
        write_npy(folder / "field.npy", array);
        try {
            read_square_field(folder / "field.npy");
        } catch (const Error& error) {
            return error.what();
        }
        return "no error";
    };
    Array integers({2, 2}, DType::int32);
    integers.values<std::int32_t>()[1] = 7;
    CHECK(why(integers) == "no error");
    CHECK(read_square_field(folder / "field.npy").values<double>()[1] == 7.0);
    CHECK_THAT(why(Array({2, 3}, DType::float64)), contains_text("the shape is (2, 3), not (n, n)"));
    CHECK_THAT(why(Array({4}, DType::float64)), contains_text("the shape is (4,)"));
    CHECK_THAT(why(Array({1, 1}, DType::float64)), contains_text("n >= 2"));
    { // 10 GB, of which nothing is read
        std::ofstream(folder / "huge.npy", std::ios::binary) << npy_header({36000, 36000}, DType::float64);
        std::filesystem::resize_file(folder / "huge.npy", 128 + 36000ULL * 36000 * 8);
        CHECK_THROWS_WITH(read_square_field(folder / "huge.npy"), contains_text("n <= 8192"));
    }
    Array bad({3, 3}, DType::float32);
    bad.values<float>()[5] = std::numeric_limits<float>::quiet_NaN();
    bad.values<float>()[7] = std::numeric_limits<float>::infinity();
    CHECK_THAT(why(bad), contains_text("value [1, 2] is nan, the first of 2 that are not finite"));
    CHECK_THROWS_WITH(read_square_field(folder / "absent.npy"), contains_text("there is no such file"));
    CHECK_THROWS_WITH(read_npy(folder.path()), contains_text("is not a file"));
}
