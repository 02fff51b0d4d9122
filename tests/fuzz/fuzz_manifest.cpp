// SPDX-License-Identifier: BSD-3-Clause
// plugin.json: a plugin is refused with a reason, or what it declares can be used and written again.
#include "core/plugins/plugin_catalogue.h"
#include "tests/fuzz/input_file.h"

using namespace orrery;

namespace {

// Inputs can't know the build key, which changes with every header: they say @KEY@.
std::string with_key(std::string text) {
    const std::string mark = "@KEY@";
    for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos;)
        text.replace(at, mark.size(), build_key());
    return text;
}

PluginInfo catalogued(const fuzz::InputFile& file, std::string_view text) {
    file.write(text);
    const PluginCatalogue catalogue({file.folder()});
    fuzz::expect(catalogue.plugins().size() == 1, "every plugin.json is listed");
    const auto& plugin = catalogue.plugins().front();
    fuzz::expect(plugin.state == PluginState::found || catalogue.experiments().empty(),
                 "a refused plugin offers nothing");
    return plugin;
}

} // namespace

FUZZ_TARGET(manifest) {
    static const fuzz::InputFile file("sample/plugin.json");
    static const std::ofstream library(file.folder() / "sample/sample.so"); // never opened as a library
    const auto plugin = catalogued(file, with_key(std::string(fuzz::text_of_bytes(bytes))));
    if (plugin.state == PluginState::refused) {
        fuzz::expect_sentence(plugin.reason, bytes.size());
        return;
    }
    for (const auto& experiment : plugin.experiments) {
        Problems problems;
        experiment.schema.check(experiment.schema.defaults(), problems);
        fuzz::expect(problems.empty(), "the defaults of what is accepted are accepted");
        fuzz::expect(!experiment.schema.hash().empty(), "a declaration has a hash");
    }
    const auto text = manifest_of(plugin).dump();
    const auto again = catalogued(file, text);
    fuzz::expect(again.state == PluginState::found && manifest_of(again).dump() == text,
                 "a manifest reads back as it was");
    fuzz::accept();
}
