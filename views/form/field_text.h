// SPDX-License-Identifier: GPL-3.0-or-later
// What is typed into a field: a value, several values of a sweep, or a problem in the words of the schema; and how
// values are written for a shell and for Python.
#pragma once
#include "core/schema.h"

#include <optional>
#include <string>
#include <vector>

namespace orrery::gui {

struct FieldText {
    std::vector<Value> values; // one, or those of a sweep; none if there is a problem
    bool is_sweep = false;     // more than one value, or written as several
    Problems problems;
};

// Lists and ranges of numbers, whole numbers, choices and yes/no are known by how they are written; in texts and paths
// commas separate only if `commas_separate` ("\," is then a comma).
FieldText read_field(const Field& field, const std::string& text, bool commas_separate = false);

// One value, written so that core/sweep.h reads exactly it: with "\," in texts and paths.
std::string escaped_for_sweep(const Field& field, const std::string& text);

// A word of a shell's command line; quoted only where it must be.
std::string shell_word(const std::string& text);

// run or sweep of the experiment, "orrery sweep ID name=a,b".
std::string command_line(const std::string& experiment, const std::vector<std::string>& assignments, bool sweep);

// project.run("ID", name=1.0) or project.sweep("ID", name=[1.0, 2.0]). Names that Python can't write as keywords go
// into a dictionary.
struct NamedValues {
    std::string name;
    std::vector<Value> values;
    bool is_sweep = false;
};
std::string python_call(const std::string& experiment, const std::vector<NamedValues>& arguments);

} // namespace orrery::gui
