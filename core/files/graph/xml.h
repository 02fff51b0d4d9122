// SPDX-License-Identifier: BSD-3-Clause
// XML as a stream of elements: no entities but the five of XML itself, nothing fetched from elsewhere.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::graph_file {

class XmlAttributes {
public:
    explicit XmlAttributes(const char* const* list) : list_(list) {}
    // Names are compared without their prefix.
    std::optional<std::string_view> find(std::string_view name) const;

private:
    const char* const* list_; // name, value, name, value, null
};

struct XmlHandler {
    std::function<void(std::string_view name, const XmlAttributes&)> begin; // names come without their prefix
    std::function<void(std::string_view name)> end;
    std::function<void(std::string_view)> text; // in pieces, UTF-8
};

class XmlReader {
public:
    explicit XmlReader(std::filesystem::path file);
    ~XmlReader();
    XmlReader(const XmlReader&) = delete;
    XmlReader& operator=(const XmlReader&) = delete;

    // Throws Error with file and line: no such file, no well-formed XML, truncated, another encoding than UTF-8,
    // UTF-16, ISO-8859-1 and ASCII, entities of its own; and what the handler throws.
    void read(const XmlHandler& handler);
    std::int64_t line() const; // where reading is
    [[noreturn]] void refuse(const std::string& what, const std::string& hint = {}) const;

    struct State;

private:
    std::filesystem::path file_;
    State* state_;
};

// Where a reader is: places from outer to inner, and how deep it is within an element that it skips.
template <class Place>
class XmlPlaces {
public:
    explicit XmlPlaces(Place outermost) : places_{outermost} {}

    Place in() const { return places_.back(); }
    Place around() const { return places_[places_.size() - 2]; } // what in() lies in
    void enter(Place place) { places_.push_back(place); }
    void skip() { ++skipped_; }
    bool skips() const { return skipped_ > 0; }
    // At the end of an element: what it was; nothing if it was skipped.
    std::optional<Place> leave() {
        if (skipped_ > 0) {
            --skipped_;
            return std::nullopt;
        }
        const Place was = places_.back();
        places_.pop_back();
        return was;
    }

private:
    std::vector<Place> places_;
    std::size_t skipped_ = 0; // elements within one that is skipped, and this one
};

// For texts between elements and within quotes. Throws Error for what XML can't hold: control characters, no UTF-8.
std::string xml_escaped(std::string_view text);

} // namespace orrery::graph_file
