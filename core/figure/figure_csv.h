// SPDX-License-Identifier: BSD-3-Clause
// The tables beside figures, and numbers on their way to the process that draws.
#pragma once
#include "core/files/table.h"

#include <nlohmann/json.hpp>

#include <cstring>
#include <ostream>
#include <utility>
#include <vector>

namespace orrery {

// Rows in blocks: a table of all of them would take many times their memory.
class CsvWriter {
public:
    CsvWriter(std::ostream& out, std::vector<Table::Column> columns) : out_(out) {
        table_.columns = std::move(columns);
    }
    void add(std::vector<Table::Cell> row) {
        table_.rows.push_back(std::move(row));
        if (table_.rows.size() == 10'000) flush();
    }
    void flush() {
        if (table_.rows.empty() && begun_) return;
        const std::string text = text_of(table_, TableFormat::csv);
        const auto header = begun_ ? text.find("\r\n") + 2 : 0; // a name holds no line end
        out_.write(text.data() + header, static_cast<std::streamsize>(text.size() - header));
        table_.rows.clear();
        begun_ = true;
    }

private:
    std::ostream& out_;
    Table table_;
    bool begun_ = false;
};

// Numbers as their bytes: what comes back is the same, NaN too.
template <class T>
nlohmann::json packed_numbers(const T* values, std::size_t count) {
    std::vector<std::uint8_t> bytes(count * sizeof(T));
    if (count > 0) std::memcpy(bytes.data(), values, bytes.size());
    return nlohmann::json::binary(std::move(bytes));
}

template <class T>
std::vector<T> unpacked_numbers(const nlohmann::json& json) {
    const auto& bytes = json.get_binary();
    std::vector<T> values(bytes.size() / sizeof(T));
    if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
    return values;
}

} // namespace orrery
