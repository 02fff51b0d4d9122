// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/recipe_drafts.h"

#include <QCoreApplication>

namespace orrery::gui {

namespace {

QString words(const char* text) { return QCoreApplication::translate("RecipeDrafts", text); }

std::optional<nlohmann::json> complete(const RecipeRun& run, const PluginCatalogue* catalogue) {
    if (!catalogue) return std::nullopt;
    try {
        Problems problems;
        const auto values = catalogue->find(run.experiment).experiment->schema.parse(run.parameters, problems);
        if (problems.empty()) return json_of(values);
    } catch (const Error&) { // told by problems()
    }
    return std::nullopt;
}

} // namespace

const RecipeRun* RecipeDrafts::find(const QString& name) const {
    if (!recipe_) return nullptr;
    for (const auto& run : recipe_->runs)
        if (QString::fromStdString(run.name) == name) return &run;
    return nullptr;
}

QStringList RecipeDrafts::assignments(const RecipeRun& run) {
    QStringList list;
    for (const auto& [name, value] : run.parameters.items())
        list << QString::fromStdString(name + "=" + (value.is_string() ? value.get<std::string>() : value.dump()));
    return list;
}

const RunRow* RecipeDrafts::made(const RecipeRun& run, const std::vector<RunRow>& rows,
                                 const PluginCatalogue* catalogue) {
    const auto parameters = complete(run, catalogue);
    if (!parameters) return nullptr;
    const RunRow* best = nullptr;
    for (const auto& row : rows) {
        if (row.removed || row.experiment != run.experiment || row.seed != run.seed || row.parameters != *parameters)
            continue;
        // One that is done counts more than a later one that isn't.
        if (!best || row.status == Status::done || best->status != Status::done) best = &row;
    }
    return best;
}

std::vector<DraftItem> RecipeDrafts::items(const std::vector<RunRow>& rows, const PluginCatalogue* catalogue) const {
    std::vector<DraftItem> list;
    if (!recipe_) return list;
    for (const auto& run : recipe_->runs) {
        const auto* row = made(run, rows, catalogue);
        list.push_back({QString::fromStdString(run.name), QString::fromStdString(run.experiment),
                        row ? QString::fromStdString(row->id) : QString(),
                        row ? QString::fromUtf8(name_of(row->status)) : words("not run yet")});
    }
    return list;
}

std::vector<const RecipeRun*> RecipeDrafts::to_play(const std::vector<RunRow>& rows,
                                                    const PluginCatalogue* catalogue) const {
    std::vector<const RecipeRun*> list;
    if (!recipe_) return list;
    for (const auto& run : recipe_->runs) {
        const auto* row = made(run, rows, catalogue);
        if (!row || (row->status != Status::done && !goes_on(row->status))) list.push_back(&run);
    }
    return list;
}

QStringList RecipeDrafts::problems(const RecipeRun& run, const PluginCatalogue& catalogue) {
    QStringList list;
    const auto add = [&](const std::string& sentence) {
        list << QStringLiteral("%1: %2").arg(QString::fromStdString(run.name), QString::fromStdString(sentence));
    };
    try {
        Problems problems;
        catalogue.find(run.experiment).experiment->schema.parse(run.parameters, problems);
        for (const auto& problem : problems) add(problem.line());
    } catch (const Error& error) {
        add(error.what());
    }
    return list;
}

QStringList RecipeDrafts::problems(const PluginCatalogue& catalogue) const {
    QStringList list;
    if (recipe_)
        for (const auto& run : recipe_->runs) list << problems(run, catalogue);
    return list;
}

} // namespace orrery::gui
