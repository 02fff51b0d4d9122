// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/brush_stroke.h"

#include "core/error.h"
#include "core/schema.h"

#include <QStringList>

#include <array>

namespace orrery::gui {

namespace {

const std::array<const char*, 3> changes{"noise", "mask", "scale"};

[[noreturn]] void refuse(const QString& word) {
    throw Error("A stroke of the brush has no '" + word.toStdString() + "'.",
                "It is as low=20 high=34 change=noise std=2 output=binarised seed=0; change is noise, mask or scale, "
                "with std or factor; output binarised or weighted; binarise=top-m or edit_rate=0.1 may follow.",
                ExitCode::usage);
}

} // namespace

nlohmann::json BrushStroke::parameters() const {
    nlohmann::json p{{"low", low}, {"high", high}, {"change", change.toStdString()}};
    if (change == QStringLiteral("noise")) p["std"] = std;
    if (change == QStringLiteral("scale")) p["factor"] = factor;
    p["output"] = output == Output::weighted ? "weighted" : "binarised";
    if (output == Output::top_m) p["binarise"] = "top-m";
    if (output == Output::matched) p["edit_rate"] = edit_rate;
    return p;
}

QString BrushStroke::text() const {
    QStringList words;
    const auto add = [&](const char* name, const Value& value) {
        words << QLatin1String(name) + QLatin1Char('=') + QString::fromStdString(text_of(value));
    };
    add("low", std::int64_t{low});
    add("high", std::int64_t{high});
    add("change", change.toStdString());
    if (change == QStringLiteral("noise")) add("std", std);
    if (change == QStringLiteral("scale")) add("factor", factor);
    add("output", std::string(output == Output::weighted ? "weighted" : "binarised"));
    if (output == Output::top_m) add("binarise", std::string("top-m"));
    if (output == Output::matched) add("edit_rate", edit_rate);
    add("seed", seed);
    return words.join(QLatin1Char(' '));
}

BrushStroke BrushStroke::from_text(const QString& text) {
    BrushStroke stroke;
    const auto words = text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    for (const QString& word : words) {
        const QString name = word.section(QLatin1Char('='), 0, 0), value = word.section(QLatin1Char('='), 1);
        bool is_integer = false, is_number = false;
        const qlonglong integer = value.toLongLong(&is_integer);
        const double number = value.toDouble(&is_number);
        const bool counts = is_integer && integer >= 0 && (name == QStringLiteral("seed") || integer <= 1'000'000);
        const bool is_size = is_number && number >= 0 && number <= 1e6;
        if (name == QStringLiteral("low") && counts)
            stroke.low = static_cast<int>(integer);
        else if (name == QStringLiteral("high") && counts)
            stroke.high = static_cast<int>(integer);
        else if (name == QStringLiteral("seed") && counts)
            stroke.seed = integer;
        else if (name == QStringLiteral("std") && is_size)
            stroke.std = number;
        else if (name == QStringLiteral("factor") && is_size)
            stroke.factor = number;
        else if (name == QStringLiteral("edit_rate") && is_number && number > 0 && number <= 1) {
            stroke.output = Output::matched;
            stroke.edit_rate = number;
        } else if (name == QStringLiteral("change") &&
                   std::find(changes.begin(), changes.end(), value.toStdString()) != changes.end())
            stroke.change = value;
        else if (word == QStringLiteral("output=weighted"))
            stroke.output = Output::weighted;
        else if (word == QStringLiteral("binarise=top-m"))
            stroke.output = Output::top_m;
        else if (word != QStringLiteral("output=binarised") && word != QStringLiteral("binarise=threshold"))
            refuse(word);
    }
    if (stroke.low > stroke.high) refuse(QStringLiteral("high=%1 below low=%2").arg(stroke.high).arg(stroke.low));
    return stroke;
}

} // namespace orrery::gui
