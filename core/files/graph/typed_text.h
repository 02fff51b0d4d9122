// SPDX-License-Identifier: BSD-3-Clause
// Values of attributes in XML, whose types are declared by name: what GraphML and GEXF have in common.
#pragma once
#include "core/files/graph/columns.h"

namespace orrery::graph_file {

struct XmlType {
    std::string name; // as the file calls it
    Type type = Type::text;
    bool boolean = false;
};

// int, long, short, byte, integer, boolean; float, double, real; every other type is kept as text.
XmlType xml_type(std::string_view name);
// Nothing for a text that is no such value; a text that is one in another form of number is kept as that number.
std::optional<Value> typed_value(std::string_view text, const XmlType& type);

std::string_view xml_type_name(const Column& column); // long, double, string
// Escaped. NaN and infinities as XML Schema writes them.
std::string xml_value(const Column& column, std::size_t row);

} // namespace orrery::graph_file
