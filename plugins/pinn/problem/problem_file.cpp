// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/problem/problem_file.h"

#include "core/schema.h"
#include "plugins/pinn/problem/measurements.h"
#include "plugins/pinn/problem/problem_checks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#define TOML_EXCEPTIONS 1
#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>

namespace fs = std::filesystem;

namespace orrery::pinn {

namespace {

constexpr std::uintmax_t largest_file = 1 << 20;
constexpr std::size_t most_coordinates = 4, most_unknowns = 16, most_entries = 64;
const std::vector<std::string> reserved_words = {"at", "periodic", "data", "weight", "hard", "file"};

// A key with its value, in the order of the file (toml++ sorts by name).
struct Entry {
    std::string key;
    const toml::node* node = nullptr;
};
std::vector<Entry> entries_of(const toml::table& table) {
    std::vector<Entry> list;
    for (const auto& [key, node] : table) list.push_back({std::string(key.str()), &node});
    std::stable_sort(list.begin(), list.end(), [](const Entry& a, const Entry& b) {
        const auto from = a.node->source().begin, to = b.node->source().begin;
        return from.line != to.line ? from.line < to.line : from.column < to.column;
    });
    return list;
}

class Reader {
public:
    Reader(const toml::table& document, const fs::path& folder, std::string_view label, Problems& problems)
        : document_(document), label_(label), problems_(problems) {
        file_.problem.folder = folder;
    }

    std::optional<ProblemFile> read() {
        const std::size_t start = problems_.size();
        only(document_, "", {"problem", "domain", "parameters", "equations", "conditions", "reference"});
        const std::size_t before = problems_.size();
        read_problem_table();
        read_domain();
        read_parameters();
        check_names();
        if (problems_.size() > before) return std::nullopt; // what follows could only repeat it
        names_ = file_.problem.names();
        read_equations();
        read_conditions();
        read_reference();
        if (problems_.size() == start)
            for (auto& sentence : missing_in(file_.problem))
                problems_.add("", fmt::format("{}: {}", label_, std::move(sentence)));
        if (problems_.size() > start) return std::nullopt;
        return std::move(file_);
    }

private:
    // "heat.toml, line 9, [equations] heat: ..."
    void tell(const toml::node& node, std::string_view table, std::string_view key, const std::string& what) {
        const auto where = table.empty() ? std::string() : fmt::format(", [{}]", table);
        const auto line = std::max<std::size_t>(node.source().begin.line, 1);
        problems_.add("", fmt::format("{}, line {}{}{}{}: {}", label_, line, where, key.empty() ? "" : " ",
                                      shortened(key), what));
    }
    void tell(const std::string& what) { problems_.add("", fmt::format("{}: {}", label_, what)); }

    void only(const toml::table& table, std::string_view name, const std::vector<std::string>& known) {
        for (const auto& [key, node] : entries_of(table)) {
            if (std::find(known.begin(), known.end(), key) != known.end()) continue;
            const auto meant = did_you_mean(key, known);
            tell(*node, name, key,
                 fmt::format("'{}' has no meaning here; {}", shortened(key),
                             meant ? fmt::format("did you mean '{}'?", *meant)
                                   : fmt::format("accepted: {}", fmt::join(known, ", "))));
        }
    }

    const toml::table* table(const char* name, bool required) {
        const auto* node = document_.get(name);
        if (!node) {
            if (required) tell(fmt::format("the table [{}] is missing", name));
            return nullptr;
        }
        if (!node->is_table()) {
            tell(*node, "", name, fmt::format("'{}' must be a table: [{}]", name, name));
            return nullptr;
        }
        if (node->as_table()->size() > most_entries) {
            tell(*node, name, "",
                 fmt::format("{} entries; at most {} are read", node->as_table()->size(), most_entries));
            return nullptr;
        }
        return node->as_table();
    }

    // A text or a list of texts; tells what else it is.
    std::vector<std::string> texts(const toml::node& node, std::string_view name, std::string_view key) {
        if (node.is_string()) return {node.as_string()->get()};
        std::vector<std::string> list;
        const auto* array = node.as_array();
        bool good = array && !array->empty() && array->size() <= most_entries;
        for (std::size_t i = 0; good && i < array->size(); ++i) {
            good = array->get(i)->is_string();
            if (good) list.push_back(array->get(i)->as_string()->get());
        }
        if (good) return list;
        tell(node, name, key, fmt::format("'{}' must be a text, or a list of texts", shortened(key)));
        return {};
    }

    // A number, or a text that is one: "2*pi", in terms of the parameters too where they are known.
    std::optional<double> number(const toml::node& node, std::string_view name, std::string_view key) {
        std::optional<double> value;
        if (node.is_number()) {
            value = node.value<double>();
        } else if (node.is_string()) {
            try {
                const auto e = parse(node.as_string()->get(), Names{{}, {}, file_.problem.parameters});
                value = evaluate(e, {});
            } catch (const Error& error) {
                tell(node, name, key, sentence_of(error));
                return std::nullopt;
            }
        } else {
            tell(node, name, key, fmt::format("'{}' must be a number, or a text like \"2*pi\"", shortened(key)));
            return std::nullopt;
        }
        if (value && std::isfinite(*value)) return value;
        tell(node, name, key, fmt::format("'{}' must be finite", shortened(key)));
        return std::nullopt;
    }

    static std::string sentence_of(const Error& error) {
        return error.hint().empty() ? std::string(error.what()) : fmt::format("{}; {}", error.what(), error.hint());
    }

    std::optional<Expression> expression(const toml::node& node, std::string_view name, std::string_view key,
                                         const std::string& text) {
        try {
            return parse(text, names_);
        } catch (const Error& error) {
            tell(node, name, key, fmt::format("in \"{}\", {}", shortened(text), sentence_of(error)));
            return std::nullopt;
        }
    }

    void read_problem_table() {
        const auto* problem = table("problem", true);
        if (!problem) return;
        only(*problem, "problem", {"name", "unknowns"});
        const auto* name = problem->get("name");
        if (!name)
            tell(*problem, "problem", "", "'name' is missing");
        else if (!name->is_string() || name->as_string()->get().empty() || name->as_string()->get().size() > 200)
            tell(*name, "problem", "name", "'name' must be a text of 1 to 200 characters");
        else
            file_.problem.name = name->as_string()->get();
        const auto* unknowns = problem->get("unknowns");
        if (!unknowns)
            return tell(*problem, "problem", "",
                        "'unknowns' is missing: the names of what is solved for, for example [\"u\"]");
        file_.problem.unknowns = texts(*unknowns, "problem", "unknowns");
        if (file_.problem.unknowns.size() > most_unknowns)
            tell(*unknowns, "problem", "unknowns", fmt::format("at most {} unknowns can be solved for", most_unknowns));
    }

    void read_domain() {
        const auto* domain = table("domain", true);
        if (!domain) return;
        if (domain->empty() || domain->size() > most_coordinates)
            tell(*domain, "domain", "",
                 fmt::format("{} coordinates; there must be 1 to {}", domain->size(), most_coordinates));
        for (const auto& [name, node] : entries_of(*domain)) {
            const auto* range = node->as_array();
            if (!range || range->size() != 2) {
                tell(*node, "domain", name, fmt::format("'{}' must be [low, high]", shortened(name)));
                continue;
            }
            const auto low = number(*range->get(0), "domain", name), high = number(*range->get(1), "domain", name);
            if (!low || !high) continue;
            if (!(*low < *high) || !std::isfinite(*high - *low))
                tell(*node, "domain", name,
                     fmt::format("the domain is empty: {} is from {} to {}", shortened(name), *low, *high));
            file_.problem.coordinates.push_back({name, *low, *high, false});
        }
        std::stable_partition(file_.problem.coordinates.begin(), file_.problem.coordinates.end(),
                              [](const Coordinate& c) { return c.name != "t"; });
    }

    void read_parameters() {
        const auto* parameters = table("parameters", false);
        if (!parameters) return;
        for (const auto& [name, node] : entries_of(*parameters))
            if (const auto value = number(*node, "parameters", name))
                file_.problem.parameters.emplace_back(name, *value);
    }

    void check_names() {
        auto& problem = file_.problem;
        Names coordinates = problem.names();
        std::vector<std::string> taken;
        const auto check = [&](const std::string& name, std::string_view what, bool well_formed,
                               std::string_view rule) {
            const auto text = shortened(name);
            if (!well_formed || name.size() > 40) {
                tell(fmt::format("the {} '{}' can't be named so: {}", what, text, rule));
            } else if (name == "pi" || std::count(functions().begin(), functions().end(), name) ||
                       std::count(nonlocals().begin(), nonlocals().end(), name)) {
                tell(fmt::format("the {} '{}' would hide {} '{}'; give it another name", what, text,
                                 name == "pi" ? "the number" : "the function", text));
            } else if (derivative_of_name(name, coordinates)) {
                tell(fmt::format("the {} '{}' would hide the derivative {}(...); give it another name", what, text,
                                 text));
            } else if (std::count(taken.begin(), taken.end(), name)) {
                tell(fmt::format("the {} '{}' has a name that is taken already; give it another", what, text));
            } else if (what == "unknown" && std::count(reserved_words.begin(), reserved_words.end(), name)) {
                tell(fmt::format("the unknown '{}' has a name that conditions need; give it another", text));
            }
            taken.push_back(name);
        };
        for (const auto& c : problem.coordinates)
            check(c.name, "coordinate", is_coordinate_name(c.name),
                  "a coordinate is a letter, then digits: x, y, t, x1");
        for (const auto& name : problem.unknowns)
            check(name, "unknown", is_name(name), "a name is a letter, then letters, digits and _");
        for (const auto& [name, value] : problem.parameters)
            check(name, "parameter", is_name(name), "a name is a letter, then letters, digits and _");
    }

    void read_equations() {
        const auto* equations = table("equations", true);
        if (!equations) return;
        for (const auto& [name, node] : entries_of(*equations)) {
            if (!node->is_string()) {
                tell(*node, "equations", name, "an equation is a text: an expression that is zero");
                continue;
            }
            const auto& text = node->as_string()->get();
            const auto residual = expression(*node, "equations", name, text);
            if (!residual) continue;
            if (leaves(*residual).empty())
                tell(*node, "equations", name,
                     fmt::format("\"{}\" holds no unknown, so it determines nothing", shortened(text)));
            file_.problem.equations.push_back({name, text, *residual});
        }
    }

    void read_conditions() {
        const auto* conditions = table("conditions", false);
        if (!conditions) return;
        for (const auto& [name, node] : entries_of(*conditions)) {
            if (node->is_table())
                read_condition(name, *node->as_table());
            else
                tell(*node, "conditions", name, "a condition is a table: { at = \"x = 0\", u = \"0\" }");
        }
    }

    void read_condition(const std::string& name, const toml::table& given) {
        Condition condition;
        condition.name = name;
        const auto *at = given.get("at"), *periodic = given.get("periodic"), *data = given.get("data");
        if ((at != nullptr) + (periodic != nullptr) + (data != nullptr) != 1)
            return tell(given, "conditions", name, "a condition has one of 'at', 'periodic' and 'data'");
        read_options(condition, given);
        if (at)
            for (const auto& place : texts(*at, "conditions", name)) read_place(condition, *at, place);
        std::size_t statements = 0;
        for (const auto& [key, node] : entries_of(given)) {
            if (std::count(reserved_words.begin(), reserved_words.end() - 1, key)) continue;
            ++statements;
            if (at)
                read_statement(condition, key, *node);
            else
                tell(*node, "conditions", name,
                     fmt::format("'{}' has no meaning beside '{}'", shortened(key), periodic ? "periodic" : "data"));
        }
        if (at && statements == 0)
            tell(given, "conditions", name, "nothing is said of any unknown there: add for example u = \"0\"");
        if (periodic) {
            for (const auto& coordinate : texts(*periodic, "conditions", name))
                make_periodic(coordinate, *periodic, name);
            return;
        }
        if (data) read_data(condition, *data);
        file_.problem.conditions.push_back(std::move(condition));
    }

    void read_options(Condition& condition, const toml::table& given) {
        if (const auto* weight = given.get("weight"))
            if (const auto value = number(*weight, "conditions", condition.name)) {
                condition.weight = *value;
                if (!(*value > 0)) tell(*weight, "conditions", condition.name, "'weight' must be larger than 0");
            }
        const auto* hard = given.get("hard");
        if (!hard) return;
        if (hard->is_boolean())
            condition.hard = hard->as_boolean()->get();
        else
            tell(*hard, "conditions", condition.name, "'hard' must be true or false");
    }

    // "x = 0": the face of the domain.
    void read_place(Condition& condition, const toml::node& node, const std::string& text) {
        const auto& coordinates = file_.problem.coordinates;
        const auto equals = text.find('=');
        const auto refuse = [&](const std::string& why) {
            tell(node, "conditions", condition.name, fmt::format("at \"{}\": {}", shortened(text), why));
        };
        if (equals == std::string::npos) return refuse("a place is written coordinate = number, for example \"x = 0\"");
        std::string name = text.substr(0, equals);
        name.erase(std::remove(name.begin(), name.end(), ' '), name.end());
        const auto c =
            std::find_if(coordinates.begin(), coordinates.end(), [&](const auto& one) { return one.name == name; });
        if (c == coordinates.end())
            return refuse(fmt::format("there is no coordinate '{}'; there are {}", shortened(name),
                                      fmt::join(names_.coordinates, ", ")));
        if (text.find('=', equals + 1) != std::string::npos)
            return refuse("a condition holds on a face: one coordinate at the end of its interval");
        double value = 0;
        try {
            value = evaluate(parse(text.substr(equals + 1), Names{{}, {}, file_.problem.parameters}), {});
        } catch (const Error& error) {
            return refuse(sentence_of(error));
        }
        const double tolerance = 1e-12 * (c->high - c->low);
        const bool low = std::fabs(value - c->low) <= tolerance, high = std::fabs(value - c->high) <= tolerance;
        if (!low && !high)
            return refuse(fmt::format("this is no end of {}, which is from {} to {}: a condition holds on a face", name,
                                      c->low, c->high));
        const Face face{static_cast<int>(c - coordinates.begin()), high};
        if (std::count(condition.faces.begin(), condition.faces.end(), face)) return refuse("the place is given twice");
        condition.faces.push_back(face);
    }

    void read_statement(Condition& condition, const std::string& key, const toml::node& node) {
        std::string right;
        if (node.is_number() && std::isfinite(node.value_or(0.0)))
            right = fmt::format("{}", node.value_or(0.0));
        else if (node.is_string())
            right = node.as_string()->get();
        else
            return tell(node, "conditions", condition.name,
                        fmt::format("'{}' must be a text: an expression", shortened(key)));
        if (is_name(key) && !std::count(names_.unknowns.begin(), names_.unknowns.end(), key))
            if (const auto meant = did_you_mean(key, reserved_words))
                return tell(node, "conditions", condition.name,
                            fmt::format("there is no unknown '{}'; did you mean '{}'?", shortened(key), *meant));
        const auto l = expression(node, "conditions", condition.name, key),
                   r = expression(node, "conditions", condition.name, right);
        if (!l || !r) return;
        if (leaves(*l - *r).empty())
            return tell(node, "conditions", condition.name,
                        fmt::format("\"{}\" = \"{}\" says nothing of an unknown", shortened(key), shortened(right)));
        condition.statements.push_back({key, right, *l, *r});
    }

    void make_periodic(const std::string& name, const toml::node& node, const std::string& condition) {
        for (auto& c : file_.problem.coordinates)
            if (c.name == name && name != "t") {
                c.periodic = true;
                return;
            }
        tell(node, "conditions", condition,
             name == "t" ? "time can't be periodic"
                         : fmt::format("there is no coordinate '{}'; there are {}", shortened(name),
                                       fmt::join(names_.coordinates, ", ")));
    }

    void read_data(Condition& condition, const toml::node& node) {
        if (!node.is_string())
            return tell(node, "conditions", condition.name, "'data' must be the name of a .csv file");
        try {
            condition.data = read_measurements(node.as_string()->get(), file_.problem);
        } catch (const Error& error) {
            tell(node, "conditions", condition.name, sentence_of(error));
        }
    }

    void read_reference() {
        auto& reference = file_.reference;
        const auto& unknowns = file_.problem.unknowns;
        reference.expressions.resize(unknowns.size());
        reference.texts.resize(unknowns.size());
        const auto* given = table("reference", false);
        if (!given) return;
        auto known = unknowns;
        known.push_back("file");
        only(*given, "reference", known);
        for (std::size_t i = 0; i < unknowns.size(); ++i)
            if (const auto* node = given->get(unknowns[i])) read_solution(*node, i);
        const auto* node = given->get("file");
        if (!node) return;
        if (given->size() > 1) return tell(*node, "reference", "file", "a file stands alone: it holds every unknown");
        if (!node->is_string()) return tell(*node, "reference", "file", "'file' must be the name of a file");
        reference.file = (file_.problem.folder / node->as_string()->get()).lexically_normal();
        const auto ending = reference.file.extension();
        std::error_code ignored;
        if (ending != ".npz" && ending != ".npy" && ending != ".csv")
            tell(*node, "reference", "file", "a reference is a .npz, .npy or .csv file");
        else if (!fs::is_regular_file(reference.file, ignored))
            tell(*node, "reference", "file", fmt::format("there is no file {}", reference.file.string()));
    }

    void read_solution(const toml::node& node, std::size_t unknown) {
        const auto& name = file_.problem.unknowns[unknown];
        if (!node.is_string())
            return tell(node, "reference", name, "a reference is a text: an expression in the coordinates");
        const auto& text = node.as_string()->get();
        const auto e = expression(node, "reference", name, text);
        if (!e) return;
        if (!leaves(*e).empty())
            return tell(node, "reference", name, "a reference is an expression in the coordinates alone");
        file_.reference.expressions[unknown] = e;
        file_.reference.texts[unknown] = text;
    }

    const toml::table& document_;
    std::string label_;
    Problems& problems_;
    ProblemFile file_;
    Names names_;
};

} // namespace

std::optional<ProblemFile> check_problem(std::string_view text, const fs::path& folder, std::string_view label,
                                         Problems& problems) {
    if (text.size() > largest_file) {
        problems.add("", fmt::format("{} has more than {} bytes; no problem file is that long", label, largest_file));
        return std::nullopt;
    }
    toml::table document;
    try {
        document = toml::parse(text, std::string(label));
    } catch (const toml::parse_error& error) {
        problems.add("", fmt::format("{}, line {}: {}", label, error.source().begin.line, error.description()));
        return std::nullopt;
    }
    return Reader(document, folder, label, problems).read();
}

ProblemFile parse_problem(std::string_view text, const fs::path& folder, std::string_view label) {
    Problems problems;
    auto file = check_problem(text, folder, label, problems);
    if (file) return std::move(*file);
    std::vector<std::string> sentences;
    for (const auto& problem : problems) sentences.push_back(problem.line());
    throw Error(fmt::format("{}", fmt::join(sentences, "\n")), "", ExitCode::usage);
}

ProblemFile read_problem(const fs::path& file) {
    std::error_code error;
    if (!fs::is_regular_file(file, error))
        throw Error(fmt::format("there is no problem file {}", file.string()),
                    "give a .toml file, or the name of a problem that is built in", ExitCode::usage);
    if (fs::file_size(file, error) > largest_file || error)
        throw Error(fmt::format("{} has more than {} bytes; no problem file is that long", file.string(), largest_file),
                    "", ExitCode::usage);
    std::ifstream in(file, std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    if (!in) throw Error(fmt::format("{} can't be read", file.string()), "", ExitCode::usage);
    return parse_problem(text, file.parent_path(), file.string());
}

} // namespace orrery::pinn
