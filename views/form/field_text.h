// SPDX-License-Identifier: GPL-3.0-or-later
// What is typed into a field: a value, several values of a sweep, or a problem in the words of the schema; and how
// values are written for a shell and for Python.
#pragma once
#include "core/schema.h"

#include <cstdint>
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

// What belongs to a start besides the parameters. Without it a pasted line would start another run, or elsewhere.
struct StartOptions {
    std::int64_t seed = 0;
    std::string device = "auto";
    std::string project; // its folder; empty: none is open
};

// run or sweep of the experiment, "orrery sweep ID name=a,b --seed 3 --project DIR"; defaults are left out.
std::string command_line(const std::string& experiment, const std::vector<std::string>& assignments, bool sweep,
                         const StartOptions& options = {});

// project.run("ID", name=1.0) or project.sweep("ID", name=[1.0, 2.0]). Names that Python can't write as keywords go
// into a dictionary.
struct NamedValues {
    std::string name;
    std::vector<Value> values;
    bool is_sweep = false;
};
std::string python_call(const std::string& experiment, const std::vector<NamedValues>& arguments);
// The same with seed and device, where they aren't the defaults; `project` is the one that it is called of.
std::string python_call(const std::string& experiment, std::vector<NamedValues> arguments, const StartOptions& options);

} // namespace orrery::gui
