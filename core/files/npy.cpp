// SPDX-License-Identifier: BSD-3-Clause
#include "core/files/npy.h"

#include "core/error.h"
#include "core/files/replace_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>
#include <functional>
#include <limits>
#include <optional>
#include <utility>

namespace orrery {

static_assert(std::endian::native == std::endian::little, "files are little-endian and are copied as they are");

namespace {

constexpr std::string_view magic{"\x93NUMPY", 6};
constexpr std::uint64_t longest_header = 1 << 20;
constexpr std::size_t most_dimensions = 64; // NumPy's own limit
constexpr std::int64_t most_points = 8192;  // of an initial field, along each axis: half a gigabyte
constexpr const char* accepted =
    "Accepted are .npy files of floating-point numbers, integers or booleans, as numpy.save writes them.";

// Where the bytes come from: a file or memory.
struct Source {
    std::string name;
    std::uint64_t size = 0;
    std::function<void(std::uint64_t offset, void* to, std::size_t count)> read; // within size
};

[[noreturn]] void fail(const Source& source, std::uint64_t byte, const std::string& what) {
    throw Error(fmt::format("{}: {} (byte {}).", source.name, what, byte), accepted);
}

struct Header {
    std::string type; // NumPy's type text, for example "<f8"
    bool fortran_order = false;
    std::vector<std::int64_t> shape;
    std::uint64_t type_at = 0, shape_at = 0; // bytes where these values begin
    std::uint64_t data_at = 0;
};

// Reads the header's Python dictionary: three known keys; strings, True/False, a tuple of integers.
class DictionaryParser {
public:
    DictionaryParser(const Source& source, std::string_view text, std::uint64_t start)
        : source_(source), text_(text), start_(start) {}

    Header parse() {
        Header header;
        bool has_type = false, has_order = false, has_shape = false;
        expect('{');
        while (!accept('}')) {
            const std::uint64_t key_at = here();
            const std::string key = string();
            expect(':');
            skip_space();
            if (key == "descr" && !std::exchange(has_type, true)) {
                header.type_at = here();
                if (peek() == '[') fail(source_, here(), "holds structured records, not plain numbers");
                header.type = string();
            } else if (key == "fortran_order" && !std::exchange(has_order, true)) {
                header.fortran_order = boolean();
            } else if (key == "shape" && !std::exchange(has_shape, true)) {
                header.shape_at = here();
                header.shape = tuple();
            } else {
                fail(source_, key_at, fmt::format("the header has the unexpected or repeated key {}", quoted(key)));
            }
            if (!accept(',')) {
                expect('}');
                break;
            }
        }
        skip_space();
        if (position_ != text_.size()) fail(source_, here(), "the header goes on after its dictionary");
        if (!has_type) fail(source_, start_, "the header lacks 'descr'");
        if (!has_order) fail(source_, start_, "the header lacks 'fortran_order'");
        if (!has_shape) fail(source_, start_, "the header lacks 'shape'");
        return header;
    }

    static std::string quoted(std::string_view text) {
        std::string out = "'";
        for (const char c : text.substr(0, 40)) out += c >= ' ' && c <= '~' ? c : '?';
        return out + (text.size() > 40 ? "...'" : "'");
    }

private:
    std::uint64_t here() const { return start_ + position_; }
    char peek() const { return position_ < text_.size() ? text_[position_] : '\0'; }
    void skip_space() {
        while (position_ < text_.size() && (peek() == ' ' || peek() == '\n' || peek() == '\t' || peek() == '\r'))
            ++position_;
    }
    bool accept(char c) {
        skip_space();
        if (position_ >= text_.size() || text_[position_] != c) return false;
        ++position_;
        return true;
    }
    void expect(char c) {
        if (!accept(c)) fail(source_, here(), fmt::format("the header is malformed: '{}' expected", c));
    }
    std::string string() {
        skip_space();
        const char quote = peek();
        if (quote != '\'' && quote != '"') fail(source_, here(), "the header is malformed: a quoted text expected");
        const std::size_t end = text_.find(quote, position_ + 1);
        if (end == std::string_view::npos) fail(source_, here(), "the header is malformed: a quoted text does not end");
        const std::string out(text_.substr(position_ + 1, end - position_ - 1));
        position_ = end + 1;
        return out;
    }
    bool boolean() {
        for (const auto& [word, value] :
             {std::pair{std::string_view("True"), true}, {std::string_view("False"), false}}) {
            if (text_.substr(position_, word.size()) == word) {
                position_ += word.size();
                return value;
            }
        }
        fail(source_, here(), "the header is malformed: True or False expected");
    }
    std::vector<std::int64_t> tuple() {
        std::vector<std::int64_t> out;
        expect('(');
        while (!accept(')')) {
            if (out.size() == most_dimensions)
                fail(source_, here(), fmt::format("the shape has more than {} dimensions", most_dimensions));
            out.push_back(integer());
            if (!accept(',')) {
                expect(')');
                break;
            }
        }
        return out;
    }
    std::int64_t integer() {
        skip_space();
        const std::uint64_t at = here();
        if (peek() < '0' || peek() > '9') fail(source_, at, "the header is malformed: a size of the shape expected");
        std::int64_t value = 0;
        for (; peek() >= '0' && peek() <= '9'; ++position_) {
            if (value > (std::numeric_limits<std::int64_t>::max() - 9) / 10)
                fail(source_, at, "a size of the shape is too large");
            value = value * 10 + (peek() - '0');
        }
        if (peek() == 'L') ++position_; // written by Python 2
        return value;
    }

    const Source& source_;
    std::string_view text_;
    std::uint64_t start_;
    std::size_t position_ = 0;
};

Header read_header(const Source& source) {
    std::array<unsigned char, 12> front{};
    const std::size_t known = static_cast<std::size_t>(std::min<std::uint64_t>(source.size, front.size()));
    source.read(0, front.data(), known);
    const std::size_t same = std::min(known, magic.size());
    if (known == 0 || std::memcmp(front.data(), magic.data(), same) != 0) {
        fail(source, 0, known == 0 ? "is empty" : "is not a .npy file: it does not begin with \\x93NUMPY");
    }
    if (known < 10) fail(source, source.size, "is truncated within the first 10 bytes");
    const unsigned major = front[6], minor = front[7];
    if (major < 1 || major > 3 || minor != 0) {
        fail(source, 6, fmt::format("has the unknown .npy format {}.{}; 1.0, 2.0 and 3.0 are known", major, minor));
    }
    const std::uint64_t start = major == 1 ? 10 : 12;
    if (source.size < start) fail(source, source.size, "is truncated within the first 12 bytes");
    std::uint64_t length = front[8] + 256U * front[9];
    if (major > 1)
        length += (static_cast<std::uint64_t>(front[10]) << 16U) + (static_cast<std::uint64_t>(front[11]) << 24U);
    if (length > longest_header)
        fail(source, 8,
             fmt::format("says that its header has {} bytes, more than the {} allowed", length, longest_header));
    if (length > source.size - start) {
        fail(source, source.size,
             fmt::format("is truncated: the header needs {} bytes, {} are there", length, source.size - start));
    }
    std::string text(static_cast<std::size_t>(length), '\0');
    source.read(start, text.data(), text.size());
    Header header = DictionaryParser(source, text, start).parse();
    header.data_at = start + length;
    return header;
}

// How elements lie in the file, and what they become.
struct ElementType {
    char kind = 'f'; // NumPy's letter: f, i, u, b
    std::size_t size = 8;
    bool big_endian = false;
    DType becomes = DType::float64;
};

ElementType element_type(const Source& source, const Header& header) {
    const std::string& text = header.type;
    const auto refuse = [&](std::string_view what) {
        fail(source, header.type_at,
             fmt::format("holds {} (type {}), not plain numbers", what, DictionaryParser::quoted(text)));
    };
    ElementType out;
    std::string_view rest = text;
    if (!rest.empty() && std::string_view("<>=|").find(rest[0]) != std::string_view::npos) {
        out.big_endian = rest[0] == '>';
        rest.remove_prefix(1);
    }
    if (rest.empty()) refuse("elements of unknown type");
    out.kind = rest[0];
    const std::string_view digits = rest.substr(1);
    switch (out.kind) {
    case 'c':
        refuse("complex numbers");
        break;
    case 'O':
        refuse("Python objects");
        break;
    case 'S':
    case 'a':
    case 'U':
        refuse("text");
        break;
    case 'V':
        refuse("raw records");
        break;
    case 'm':
    case 'M':
        refuse("dates or time spans");
        break;
    default:
        break;
    }
    const std::pair<std::string_view, DType> known[] = {
        {"f2", DType::float32}, {"f4", DType::float32}, {"f8", DType::float64}, {"i1", DType::int32},
        {"i2", DType::int32},   {"i4", DType::int32},   {"i8", DType::int64},   {"u1", DType::uint8},
        {"u2", DType::int32},   {"u4", DType::int64},   {"u8", DType::int64},   {"b1", DType::uint8},
    };
    for (const auto& [name, becomes] : known) {
        if (rest != name) continue;
        out.size = static_cast<std::size_t>(digits[0] - '0');
        out.becomes = becomes;
        return out;
    }
    refuse("elements of an unsupported type");
    return out;
}

// Number of elements; every product below it, zero sizes left out, fits as well.
std::uint64_t element_count(const Source& source, const Header& header, std::size_t element_size) {
    std::uint64_t count = 1;
    bool empty = false;
    const std::uint64_t most = (std::uint64_t{1} << 62U) / std::max<std::size_t>(element_size, 8);
    for (const std::int64_t extent : header.shape) {
        if (extent == 0) {
            empty = true;
        } else if (static_cast<std::uint64_t>(extent) > most / count) {
            fail(source, header.shape_at,
                 fmt::format("has a shape ({}) too large for any file", fmt::join(header.shape, ", ")));
        } else {
            count *= static_cast<std::uint64_t>(extent);
        }
    }
    return empty ? 0 : count;
}

float float_of_half(std::uint16_t half) {
    const int exponent = (half >> 10) & 31, fraction = half & 1023;
    float value = 0;
    if (exponent == 31) {
        value = fraction ? std::numeric_limits<float>::quiet_NaN() : std::numeric_limits<float>::infinity();
    } else {
        value = exponent ? std::ldexp(static_cast<float>(1024 + fraction), exponent - 25)
                         : std::ldexp(static_cast<float>(fraction), -24);
    }
    return half & 0x8000 ? -value : value;
}

// Element number k in C order lies at element number position(k) in the file: calls visit(k, position) for each.
template <class Visit>
void in_c_order(const std::vector<std::int64_t>& shape, bool fortran, std::uint64_t count, Visit visit) {
    if (!fortran || shape.size() < 2) {
        for (std::uint64_t k = 0; k < count; ++k) visit(k, k);
        return;
    }
    std::vector<std::uint64_t> strides(shape.size(), 1), index(shape.size(), 0);
    for (std::size_t d = 1; d < shape.size(); ++d)
        strides[d] = strides[d - 1] * static_cast<std::uint64_t>(shape[d - 1]);
    std::uint64_t position = 0;
    for (std::uint64_t k = 0; k < count; ++k) {
        visit(k, position);
        for (std::size_t d = shape.size(); d-- > 0;) {
            position += strides[d];
            if (++index[d] < static_cast<std::uint64_t>(shape[d])) break;
            position -= strides[d] * index[d];
            index[d] = 0;
        }
    }
}

template <class Stored, class Kept, class Convert>
void convert(Array& out, const std::vector<unsigned char>& raw, const ElementType& type, bool fortran,
             Convert to_kept) {
    const auto kept = out.values<Kept>();
    in_c_order(out.shape(), fortran, kept.size(), [&](std::uint64_t k, std::uint64_t position) {
        std::array<unsigned char, sizeof(Stored)> bytes{};
        std::memcpy(bytes.data(), raw.data() + position * sizeof(Stored), sizeof(Stored));
        if (type.big_endian) std::reverse(bytes.begin(), bytes.end());
        kept[k] = to_kept(std::bit_cast<Stored>(bytes), k);
    });
}

template <class Stored, class Kept>
void convert(Array& out, const std::vector<unsigned char>& raw, const ElementType& type, bool fortran) {
    convert<Stored, Kept>(out, raw, type, fortran,
                          [](Stored value, std::uint64_t) { return static_cast<Kept>(value); });
}

void decode(const Source& source, Array& out, const std::vector<unsigned char>& raw, const ElementType& type,
            bool fortran) {
    const std::string name = std::string(1, type.kind) + static_cast<char>('0' + type.size);
    if (name == "f2") {
        convert<std::uint16_t, float>(out, raw, type, fortran,
                                      [](std::uint16_t half, std::uint64_t) { return float_of_half(half); });
    } else if (name == "u8") {
        convert<std::uint64_t, std::int64_t>(out, raw, type, fortran, [&](std::uint64_t value, std::uint64_t k) {
            if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
                throw Error(fmt::format("{}: element {} is {}, which does not fit a signed 64-bit integer.",
                                        source.name, k, value),
                            accepted);
            }
            return static_cast<std::int64_t>(value);
        });
    } else if (name == "f4") {
        convert<float, float>(out, raw, type, fortran);
    } else if (name == "f8") {
        convert<double, double>(out, raw, type, fortran);
    } else if (name == "i1") {
        convert<std::int8_t, std::int32_t>(out, raw, type, fortran);
    } else if (name == "i2") {
        convert<std::int16_t, std::int32_t>(out, raw, type, fortran);
    } else if (name == "i4") {
        convert<std::int32_t, std::int32_t>(out, raw, type, fortran);
    } else if (name == "i8") {
        convert<std::int64_t, std::int64_t>(out, raw, type, fortran);
    } else if (name == "u2") {
        convert<std::uint16_t, std::int32_t>(out, raw, type, fortran);
    } else if (name == "u4") {
        convert<std::uint32_t, std::int64_t>(out, raw, type, fortran);
    } else {
        convert<std::uint8_t, std::uint8_t>(out, raw, type, fortran);
    }
}

using ShapeCheck = std::function<void(const std::vector<std::int64_t>&)>;

Array read_array(const Source& source, const ShapeCheck& check_shape = {}) {
    const Header header = read_header(source);
    if (check_shape) check_shape(header.shape); // before anything is allocated
    const ElementType type = element_type(source, header);
    const std::uint64_t count = element_count(source, header, type.size);
    const std::uint64_t needed = count * type.size, present = source.size - header.data_at;
    if (present != needed) {
        fail(source, present < needed ? source.size : header.data_at + needed,
             fmt::format("{}: shape ({}) of type {} needs {} bytes of data, {} are there",
                         present < needed ? "is truncated" : "is too long", fmt::join(header.shape, ", "),
                         DictionaryParser::quoted(header.type), needed, present));
    }
    Array out(header.shape, type.becomes);
    if (count == 0) return out;
    const bool same_values = size_of(type.becomes) == type.size && !(type.kind == 'u' && type.size == 8);
    const bool as_it_is = same_values && !type.big_endian && !(header.fortran_order && header.shape.size() > 1);
    if (as_it_is) {
        source.read(header.data_at, out.data(), static_cast<std::size_t>(needed));
    } else {
        std::vector<unsigned char> raw(static_cast<std::size_t>(needed));
        source.read(header.data_at, raw.data(), raw.size());
        decode(source, out, raw, type, header.fortran_order);
    }
    return out;
}

const char* numpy_name(DType type) {
    switch (type) {
    case DType::float32:
        return "<f4";
    case DType::float64:
        return "<f8";
    case DType::int32:
        return "<i4";
    case DType::int64:
        return "<i8";
    case DType::uint8:
        return "|u1";
    }
    return "";
}

template <class T>
void as_doubles(const Array& from, std::span<double> to) {
    std::transform(from.values<T>().begin(), from.values<T>().end(), to.begin(),
                   [](T value) { return static_cast<double>(value); });
}

Array to_float64(const Array& from) {
    Array out(from.shape(), DType::float64);
    const auto to = out.values<double>();
    switch (from.type()) {
    case DType::float32:
        as_doubles<float>(from, to);
        break;
    case DType::float64:
        as_doubles<double>(from, to);
        break;
    case DType::int32:
        as_doubles<std::int32_t>(from, to);
        break;
    case DType::int64:
        as_doubles<std::int64_t>(from, to);
        break;
    case DType::uint8:
        as_doubles<std::uint8_t>(from, to);
        break;
    }
    return out;
}

Array read_file(const std::filesystem::path& file, const ShapeCheck& check_shape = {}) {
    std::error_code code;
    const auto status = std::filesystem::status(file, code);
    if (!std::filesystem::exists(status))
        throw Error(fmt::format("{} can't be read: there is no such file.", file.string()), accepted);
    if (!std::filesystem::is_regular_file(status))
        throw Error(fmt::format("{} can't be read: it is not a file.", file.string()), accepted);
    const std::uint64_t size = std::filesystem::file_size(file, code);
    std::ifstream in(file, std::ios::binary);
    if (code || !in) {
        throw Error(fmt::format("{} can't be read: {}.", file.string(), code ? code.message() : "it can't be opened"),
                    accepted);
    }
    const auto read = [&](std::uint64_t offset, void* to, std::size_t count) {
        in.seekg(static_cast<std::streamoff>(offset));
        in.read(static_cast<char*>(to), static_cast<std::streamsize>(count));
        if (!in) throw Error(fmt::format("{}: reading {} bytes from byte {} failed.", file.string(), count, offset));
    };
    return read_array({file.string(), size, read}, check_shape);
}

} // namespace

Array read_npy(std::span<const std::byte> bytes, std::string_view name) {
    return read_array({std::string(name), bytes.size(), [bytes](std::uint64_t offset, void* to, std::size_t count) {
                           if (count > 0) std::memcpy(to, bytes.data() + offset, count);
                       }});
}

Array read_npy(const std::filesystem::path& file) { return read_file(file); }

std::string npy_header(const std::vector<std::int64_t>& shape, DType type) {
    std::string dictionary = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}{}), }}",
                                         numpy_name(type), fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
    // NumPy leaves room for the slowest axis to grow to 21 digits in place, and pads to 64 bytes.
    if (!shape.empty()) dictionary.append(21 - std::to_string(shape.front()).size(), ' ');
    const std::size_t unpadded = magic.size() + 4 + dictionary.size() + 1;
    dictionary.append(64 - unpadded % 64, ' '); // a full line where nothing is missing, as NumPy does
    dictionary += '\n';
    std::string out(magic);
    out += {'\x01', '\x00', static_cast<char>(dictionary.size() & 255U), static_cast<char>(dictionary.size() >> 8U)};
    return out + dictionary;
}

void write_npy(const std::filesystem::path& file, const Array& array) {
    if (array.shape().size() > 32) throw Error("An array of more than 32 dimensions can't be written as .npy.");
    replace_file(file, [&](std::ostream& out) {
        out << npy_header(array.shape(), array.type());
        out.write(static_cast<const char*>(array.data()), static_cast<std::streamsize>(array.bytes()));
    });
}

Array read_square_field(const std::filesystem::path& file, std::int64_t min_n) {
    const std::string wanted =
        fmt::format("An initial field is a .npy file of real numbers with shape (n, n), n >= {}, value [i, j] at "
                    "x = 2 pi i / n, y = 2 pi j / n.",
                    min_n);
    const Array read = read_file(file, [&](const std::vector<std::int64_t>& shape) {
        const auto text = fmt::format("({}{})", fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
        if (shape.size() != 2 || shape[0] != shape[1] || shape[0] < min_n)
            throw Error(fmt::format("{}: the shape is {}, not (n, n) with n >= {}.", file.string(), text, min_n),
                        wanted);
        if (shape[0] > most_points)
            throw Error(fmt::format("{}: the shape is {}, which is more than an initial field may have: n <= {}.",
                                    file.string(), text, most_points),
                        wanted);
    });
    const auto& shape = read.shape();
    Array out = to_float64(read);
    const auto values = out.values<double>();
    const auto bad = [](double value) { return !std::isfinite(value); };
    const auto first = std::find_if(values.begin(), values.end(), bad);
    if (first != values.end()) {
        const auto at = first - values.begin();
        throw Error(fmt::format("{}: value [{}, {}] is {}, the first of {} that are not finite.", file.string(),
                                at / shape[1], at % shape[1], *first, std::count_if(first, values.end(), bad)),
                    wanted);
    }
    return out;
}

} // namespace orrery
