// SPDX-License-Identifier: GPL-3.0-or-later
// The runs that an opened recipe asks for, and which of them the project holds already.
#pragma once
#include "app/gui/snapshots.h"
#include "core/recipe.h"
#include "views/experiments/experiment_tree.h"

#include <QStringList>

#include <optional>
#include <vector>

namespace orrery::gui {

class RecipeDrafts {
public:
    // Nothing is shown without a recipe.
    void set(std::optional<Recipe> recipe) { recipe_ = std::move(recipe); }
    bool empty() const { return !recipe_ || recipe_->runs.empty(); }
    const std::optional<Recipe>& recipe() const { return recipe_; }
    const RecipeRun* find(const QString& name) const;

    // "name=value" for the form; with the experiment's schema values that are its defaults are left out.
    static QStringList assignments(const RecipeRun& run);
    // The newest run of the same experiment, parameters and seed; null if there is none.
    static const RunRow* made(const RecipeRun& run, const std::vector<RunRow>& rows, const PluginCatalogue* catalogue);
    std::vector<DraftItem> items(const std::vector<RunRow>& rows, const PluginCatalogue* catalogue) const;
    // Neither done nor going on: what playing the recipe starts.
    std::vector<const RecipeRun*> to_play(const std::vector<RunRow>& rows, const PluginCatalogue* catalogue) const;
    // What is wrong with it: unknown experiments and parameters; empty if all is well.
    static QStringList problems(const RecipeRun& run, const PluginCatalogue& catalogue);
    QStringList problems(const PluginCatalogue& catalogue) const;

private:
    std::optional<Recipe> recipe_;
};

} // namespace orrery::gui
