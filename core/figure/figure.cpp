// SPDX-License-Identifier: BSD-3-Clause
#include "core/figure/figure.h"

#include "core/canonical_json.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace orrery {

namespace {

using Editor = Bind<Figure>::Editor;

constexpr double largest_mm = 2000, most_pixels = 1e8, longest_side = 30000;

template <class Binder>
void declare(Binder& f) {
    std::vector<std::string> names, maps = colour_map_names();
    for (const auto& each : palettes()) names.push_back(each.name);
    maps.insert(maps.begin(), "auto");
    f("kind", &Figure::kind).choices({"curves", "sweep", "field", "surface", "graph"}).doc("What kind of figure");
    f("sweep", &Figure::sweep).doc("Sweep whose runs are shown");
    f("x", &Figure::x).doc("Curves: step or time; sweep: a parameter");
    f("value", &Figure::value).choices({"last", "min", "max"}).doc("Which value of a metric stands for its run");
    f("artifact", &Figure::artifact).doc("Artifact of a run");
    f("field", &Figure::field).doc("Data set of the artifact; empty: the first");
    f("step", &Figure::step).doc("Step of the artifact; negative: from the end");
    f("title", &Figure::title).doc("Title above the figure");
    f("x_label", &Figure::x_label).doc("Label of the x axis; empty: what the data say");
    f("y_label", &Figure::y_label).doc("Label of the y axis or colour bar; empty: what the data say");
    f("log_x", &Figure::log_x).doc("Logarithmic x axis");
    f("log_y", &Figure::log_y).doc("Logarithmic y axis");
    f("grid", &Figure::grid).doc("Grid lines");
    f("legend", &Figure::legend).choices({"auto", "on", "off"}).doc("Legend; auto: where there are several curves");
    f("palette", &Figure::palette).choices(names).doc("Colours of the curves");
    f("markers", &Figure::markers).choices({"auto", "on", "off"}).doc("Points on the curves; auto: where they are few");
    f("smoothing", &Figure::smoothing).range(0, 0.9999).doc("Weight of what was before in an exponential average");
    f("line_width", &Figure::line_width).range(0.1, 10).doc("Width of the curves", "pt");
    f("colour_map", &Figure::colour_map).choices(maps).doc("Colour map; auto: by the signs of the field");
    f("log_colours", &Figure::log_colours).doc("Logarithmic colours");
    f("centred", &Figure::centred).doc("Zero in the middle of the colours");
    f("colour_bar", &Figure::colour_bar).doc("Colour bar beside the field");
    f("smooth", &Figure::smooth).doc("Colours between the points are interpolated");
    f("relief", &Figure::relief).range(0.01, 10).doc("Height of the surface as a share of its width");
    f("azimuth", &Figure::azimuth).range(-360, 360).doc("Camera around the vertical", "degrees");
    f("elevation", &Figure::elevation).range(-89, 89).doc("Camera above the horizontal", "degrees");
    f("zoom", &Figure::zoom).range(0.01, 1000).doc("How much nearer than the whole field");
    f("graph", &Figure::graph).range(0, 1e9).doc("Which graph of the artifact, from 0");
    f("original", &Figure::original).doc("Artifact with what the graph was made from; empty: none");
    f("shown", &Figure::shown).choices({"both", "original", "augmented"}).doc("What is seen of the two graphs");
    f("colour_by", &Figure::colour_by).doc("Colours of nodes: degree or an attribute; empty: one colour");
    f("size_by", &Figure::size_by).doc("Areas of nodes: degree or an attribute; empty: all alike");
    f("node_size", &Figure::node_size).range(0.05, 20).doc("Size of nodes, times what suits their number");
    f("node_labels", &Figure::node_labels).doc("Names of nodes, where there is room");
    f("edge_weights", &Figure::edge_weights)
        .choices({"opacity", "width", "none"})
        .doc("What sizes of weights are seen as; negative ones are dashed");
    f("preset", &Figure::preset).choices({"", "one-column", "two-columns", "slide"}).doc("Size and font of a journal");
    f("width_mm", &Figure::width_mm).range(10, largest_mm).doc("Width", "mm");
    f("height_mm", &Figure::height_mm).range(0, largest_mm).doc("Height; 0: by the width", "mm");
    f("font", &Figure::font).choices({"DejaVu Sans", "DejaVu Serif", "DejaVu Sans Mono"}).doc("Font family");
    f("font_size", &Figure::font_size).range(3, 72).doc("Font size", "pt");
    f("background", &Figure::background).choices({"white", "transparent"}).doc("Background");
    f("dpi", &Figure::dpi).range(20, 2400).doc("Dots an inch, of PNG and of pictures inside SVG and PDF");
}

struct Writer {
    const Figure& figure;
    nlohmann::json& out;
    Field unused = {};
    template <class T>
    Editor operator()(const char* name, T Figure::*member) {
        if (figure_has(figure.kind, name)) out[name] = figure.*member;
        return Editor(unused);
    }
};

const Bind<Figure>& binding() {
    static const Bind<Figure> bind = [] {
        Bind<Figure> made;
        declare(made);
        return made;
    }();
    return bind;
}

// Entries that only some kinds have; all others are everybody's.
const std::map<std::string, std::vector<std::string>, std::less<>>& owners() {
    static const std::vector<std::string> lines{"curves", "sweep"}, pictures{"field", "surface"}, graphs{"graph"},
        artifacts{"field", "surface", "graph"}, named{"curves", "sweep", "graph"};
    static const std::map<std::string, std::vector<std::string>, std::less<>> kinds{
        {"sweep", lines},
        {"metrics", lines},
        {"x", lines},
        {"value", {"sweep"}},
        {"log_x", lines},
        {"log_y", lines},
        {"grid", lines},
        {"legend", named},
        {"labels", lines},
        {"smoothing", {"curves"}},
        {"palette", lines},
        {"line_width", lines},
        {"markers", lines},
        {"x_range", lines},
        {"y_range", lines},
        {"x_label", {"curves", "sweep", "field"}},
        {"artifact", artifacts},
        {"field", pictures},
        {"step", pictures},
        {"colour_map", artifacts},
        {"range", pictures},
        {"log_colours", pictures},
        {"centred", pictures},
        {"colour_bar", artifacts},
        {"smooth", {"field"}},
        {"relief", {"surface"}},
        {"azimuth", {"surface"}},
        {"elevation", {"surface"}},
        {"zoom", {"surface"}},
        {"centre", {"surface"}},
        {"graph", graphs},
        {"original", graphs},
        {"shown", graphs},
        {"colour_by", graphs},
        {"size_by", graphs},
        {"node_size", graphs},
        {"node_labels", graphs},
        {"edge_weights", graphs},
        {"places", graphs}};
    return kinds;
}

// What a preset stands for: journals' columns, and a slide of 16:9.
const nlohmann::json& preset_entries(const std::string& name) {
    static const std::map<std::string, nlohmann::json> presets{
        {"one-column", {{"width_mm", 85}, {"height_mm", 0}, {"font_size", 8}, {"line_width", 1}}},
        {"two-columns", {{"width_mm", 180}, {"height_mm", 0}, {"font_size", 8}, {"line_width", 1}}},
        {"slide", {{"width_mm", 254}, {"height_mm", 142.9}, {"font_size", 18}, {"line_width", 2}}}};
    static const nlohmann::json none = nlohmann::json::object();
    const auto found = presets.find(name);
    return found == presets.end() ? none : found->second;
}

const std::vector<std::string>& composite_entries() {
    static const std::vector<std::string> names{"runs",    "metrics", "labels", "x_range",
                                                "y_range", "range",   "centre", "places"};
    return names;
}

class Reader {
public:
    Reader(const nlohmann::json& json, Problems& problems) : json_(json), problems_(problems) {}

    Figure read() {
        Figure figure;
        if (!json_.is_object()) {
            problems_.add({}, "a figure is an object of entries and values, with a \"kind\"");
            return figure;
        }
        const std::size_t before = problems_.size();
        nlohmann::json scalars = scalar_entries();
        if (scalars.contains("preset") && scalars["preset"].is_string())
            for (const auto& [name, value] : preset_entries(scalars["preset"].get<std::string>()).items())
                if (!scalars.contains(name)) scalars[name] = value;
        const Values values = figure_schema().parse(scalars, problems_);
        figure = binding().make(values);
        check_owners(figure.kind);
        read_texts("runs", figure.runs);
        read_texts("metrics", figure.metrics);
        read_labels(figure.labels);
        read_range("x_range", figure.x_range, figure.log_x);
        read_range("y_range", figure.y_range, figure.log_y);
        read_range("range", figure.range, figure.log_colours);
        if (Figure::Range centre; read_pair("centre", centre) && centre) figure.centre = *centre;
        read_places(figure.places);
        if (problems_.size() == before) check(figure);
        return figure;
    }

private:
    nlohmann::json scalar_entries() {
        auto scalars = nlohmann::json::object();
        std::vector<std::string> known = composite_entries();
        for (const auto& field : figure_schema().fields) known.push_back(field.name);
        for (const auto& [name, value] : json_.items()) {
            if (name == "version") {
                if (value != Figure::version)
                    problems_.add("version", fmt::format("version is {}; this Orrery reads figures of version {}",
                                                         value.dump().substr(0, 40), Figure::version));
            } else if (figure_schema().find(name)) {
                scalars[name] = value;
            } else if (std::find(known.begin(), known.end(), name) == known.end()) {
                const auto meant = did_you_mean(name, known);
                problems_.add(name, fmt::format("a figure has no entry '{}'; {}", quotable(name),
                                                meant ? fmt::format("did you mean '{}'?", *meant)
                                                      : fmt::format("there are: {}", fmt::join(known, ", "))));
            }
        }
        return scalars;
    }

    void check_owners(const std::string& kind) {
        for (const auto& [name, value] : json_.items())
            if (!figure_has(kind, name))
                problems_.add(name, fmt::format("{} is an entry of {} figures, and this one is of kind '{}'", name,
                                                fmt::join(owners().at(name), ", "), kind));
    }

    void refuse(const char* name, const std::string& accepted) {
        const auto& given = json_.at(name);
        const std::string words =
            given.is_string() ? given.get<std::string>()
                              : given.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).substr(0, 80);
        problems_.add(name, fmt::format("{} is '{}'; accepted: {}", name, quotable(words), accepted));
    }

    void read_texts(const char* name, std::vector<std::string>& into) {
        if (!json_.contains(name)) return;
        const auto& list = json_.at(name);
        const bool good = list.is_array() && std::all_of(list.begin(), list.end(), [](const auto& entry) {
                              return entry.is_string() && !entry.template get_ref<const std::string&>().empty();
                          });
        if (!good) return refuse(name, "a list of texts");
        into = list.get<std::vector<std::string>>();
    }

    void read_labels(std::map<std::string, std::string>& into) {
        if (!json_.contains("labels")) return;
        const auto& object = json_.at("labels");
        if (!object.is_object() ||
            !std::all_of(object.begin(), object.end(), [](const auto& v) { return v.is_string(); }))
            return refuse("labels", "an object of texts by the label, run or metric that they replace");
        into = object.get<std::map<std::string, std::string>>();
    }

    bool read_pair(const char* name, Figure::Range& into) {
        if (!json_.contains(name) || json_.at(name).is_null()) return true;
        const auto& pair = json_.at(name);
        if (!pair.is_array() || pair.size() != 2 || !pair[0].is_number() || !pair[1].is_number()) {
            refuse(name, "two numbers [a, b], or null");
            return false;
        }
        into = std::array<double, 2>{pair[0].get<double>(), pair[1].get<double>()};
        return true;
    }

    void read_range(const char* name, Figure::Range& into, bool logarithmic) {
        if (!read_pair(name, into) || !into) return;
        if (!((*into)[0] < (*into)[1]))
            refuse(name, "two numbers, the lower one first");
        else if (logarithmic && (*into)[0] <= 0)
            refuse(name, "two positive numbers, as the scale is logarithmic");
    }

    void read_places(std::vector<std::array<double, 2>>& into) {
        if (!json_.contains("places")) return;
        const auto& list = json_.at("places");
        const bool good =
            list.is_array() && list.size() <= Figure::most_places &&
            std::all_of(list.begin(), list.end(), [](const auto& place) {
                return place.is_array() && place.size() == 2 && place[0].is_number() && place[1].is_number();
            });
        if (!good) return refuse("places", fmt::format("a list of at most {} places [x, y]", Figure::most_places));
        into = list.get<std::vector<std::array<double, 2>>>();
    }

    void check(const Figure& figure) {
        const double width = std::round(figure.width_mm / 25.4 * static_cast<double>(figure.dpi));
        const double height = std::round(figure.height() / 25.4 * static_cast<double>(figure.dpi));
        if (figure.height_mm != 0 && figure.height_mm < 10)
            problems_.add("height_mm", fmt::format("height_mm is {}; accepted: 0, or a number from 10 to {}",
                                                   figure.height_mm, largest_mm));
        if (width > longest_side || height > longest_side || width * height > most_pixels)
            problems_.add("dpi",
                          fmt::format("{} mm x {:.4g} mm at {} dpi are {} x {} pixels; accepted: at most {} a side "
                                      "and 100 million in all",
                                      figure.width_mm, figure.height(), figure.dpi, width, height, longest_side));
        if (figure.kind == "curves" && !figure.x.empty() && figure.x != "step" && figure.x != "time")
            problems_.add("x", fmt::format("x is '{}'; accepted for curves: step, time. A figure of kind 'sweep' has "
                                           "parameters there",
                                           quotable(figure.x)));
        if (figure_has(figure.kind, "metrics") && figure.metrics.empty())
            problems_.add("metrics", "metrics is empty; name at least one metric, for example [\"error/l2\"]");
        if (figure_has(figure.kind, "artifact") && figure.artifact.empty())
            problems_.add("artifact", fmt::format("artifact is empty; name a {} artifact of the run",
                                                  figure.is_picture() ? "field" : "graph"));
    }

    const nlohmann::json& json_;
    Problems& problems_;
};

} // namespace

bool figure_has(std::string_view kind, std::string_view entry) {
    const auto found = owners().find(entry);
    return found == owners().end() ||
           std::find(found->second.begin(), found->second.end(), kind) != found->second.end();
}

const Schema& figure_schema() { return binding().schema(); }

Figure Figure::from_json(const nlohmann::json& json, Problems& problems) { return Reader(json, problems).read(); }

Figure Figure::from_json(const nlohmann::json& json) {
    Problems problems;
    Figure figure = from_json(json, problems);
    if (problems.empty()) return figure;
    std::string sentences;
    for (const Problem& problem : problems) sentences += (sentences.empty() ? "" : "; ") + problem.line();
    throw Error("The figure's specification is wrong: " + sentences + ".", "", ExitCode::usage);
}

nlohmann::json Figure::to_json() const {
    nlohmann::json json{{"version", version}};
    Writer writer{*this, json};
    declare(writer);
    const auto put = [&](const char* name, const auto& entry) {
        if (figure_has(kind, name)) json[name] = entry;
    };
    const auto put_range = [&](const char* name, const Range& ends) {
        if (figure_has(kind, name)) json[name] = ends ? nlohmann::json(*ends) : nlohmann::json();
    };
    put("runs", runs);
    put("metrics", metrics);
    put("labels", labels);
    put_range("x_range", x_range);
    put_range("y_range", y_range);
    put_range("range", range);
    put("centre", centre);
    put("places", places);
    return json;
}

Figure Figure::with(const nlohmann::json& changes) const {
    nlohmann::json json = to_json();
    if (!changes.is_object()) return from_json(changes);
    if (changes.contains("preset"))
        for (const auto* name : {"width_mm", "height_mm", "font_size", "line_width"}) json.erase(name);
    // Another kind of figure keeps what both have.
    if (const auto given = changes.find("kind"); given != changes.end() && given->is_string() && *given != kind)
        for (auto it = json.begin(); it != json.end();)
            it = figure_has(given->get<std::string>(), it.key()) ? std::next(it) : json.erase(it);
    for (const auto& [name, entry] : changes.items()) json[name] = entry;
    return from_json(json);
}

double Figure::height() const {
    if (height_mm > 0) return height_mm;
    // Lines: a column's usual shape, flatter where there is more room. Pictures: with a bar they are about square.
    const double share = kind == "surface"                     ? 0.78
                         : kind != "curves" && kind != "sweep" ? 0.84
                         : width_mm > 120                      ? 0.45
                                                               : 0.66;
    return std::max(10.0, std::round(width_mm * share * 10) / 10);
}

const std::vector<ColourPalette>& palettes() {
    static const std::vector<ColourPalette> all{
        // M. Okabe and K. Ito, "Color Universal Design" (2008), https://jfly.uni-koeln.de/color/: its eight without
        // yellow, which white leaves no contrast; black last.
        {"okabe-ito", "Okabe and Ito", {0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7, 0xe69f00, 0x56b4e9, 0x000000}},
        // P. Tol, "Colour Schemes", SRON/EPS/TN/09-002, issue 3.2 (2021): bright, vibrant, muted, high-contrast.
        {"tol-bright", "Tol, bright", {0x4477aa, 0xee6677, 0x228833, 0xccbb44, 0x66ccee, 0xaa3377, 0xbbbbbb}},
        {"tol-vibrant", "Tol, vibrant", {0xee7733, 0x0077bb, 0x33bbee, 0xee3377, 0xcc3311, 0x009988, 0xbbbbbb}},
        {"tol-muted",
         "Tol, muted",
         {0xcc6677, 0x332288, 0xddcc77, 0x117733, 0x88ccee, 0x882255, 0x44aa99, 0x999933, 0xaa4499}},
        {"tol-high-contrast", "Tol, high contrast", {0x004488, 0xbb5566, 0xddaa33, 0x000000}},
        {"gray", "Gray", {0x000000, 0x7a7a7a, 0x444444, 0xa8a8a8}}};
    return all;
}

const ColourPalette& palette(std::string_view name) {
    const auto& all = palettes();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const ColourPalette& each) { return each.name == name; });
    return found == all.end() ? all.front() : *found;
}

const std::vector<std::string>& colour_map_names() {
    static const std::vector<std::string> names{"viridis", "magma", "cividis", "gray", "balance", "coolwarm", "phase"};
    return names;
}

} // namespace orrery
