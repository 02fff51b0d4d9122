// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/console/python_text.h"

#include <QStringList>

#include <algorithm>

namespace orrery::gui {

namespace {

constexpr int indent = 4;

// What is left of the code when strings and comments are taken out, and whether the end lies in one or in brackets.
struct Scanned {
    QString bare;
    bool open_string = false; // of three quotes
    int depth = 0;            // open brackets
};

Scanned scan(const QString& code) {
    Scanned result;
    QString quote; // that ends the string that we are in
    for (qsizetype i = 0; i < code.size(); ++i) {
        const QChar c = code[i];
        if (!quote.isEmpty()) {
            if (c == QLatin1Char('\\'))
                ++i;
            else if (QStringView(code).mid(i).startsWith(quote)) {
                i += quote.size() - 1;
                quote.clear();
                result.bare += QLatin1Char('"');
            } else if (c == QLatin1Char('\n') && quote.size() == 1) { // a wrong one: Python will say so
                quote.clear();
                result.bare += c;
            }
            continue;
        }
        if (c == QLatin1Char('#')) {
            while (i + 1 < code.size() && code[i + 1] != QLatin1Char('\n')) ++i;
            continue;
        }
        if (c == QLatin1Char('"') || c == QLatin1Char('\'')) {
            const QString three(3, c);
            quote = QStringView(code).mid(i).startsWith(three) ? three : QString(c);
            i += quote.size() - 1;
            result.bare += QLatin1Char('"');
            continue;
        }
        if (QStringLiteral("([{").contains(c)) ++result.depth;
        if (QStringLiteral(")]}").contains(c)) --result.depth;
        // Within brackets a line break is as good as a space.
        result.bare += c == QLatin1Char('\n') && result.depth > 0 ? QLatin1Char(' ') : c;
    }
    result.open_string = quote.size() == 3;
    return result;
}

QString trimmed_end(QString text) {
    while (!text.isEmpty() && text.back().isSpace()) text.chop(1);
    return text;
}

// Of a line without strings and comments.
bool begins_block(const QString& line) {
    static const QStringList words{QStringLiteral("if"),    QStringLiteral("for"),   QStringLiteral("while"),
                                   QStringLiteral("def"),   QStringLiteral("class"), QStringLiteral("with"),
                                   QStringLiteral("async"), QStringLiteral("try")};
    if (line.startsWith(QLatin1Char('@')) || line.endsWith(QLatin1Char(':'))) return true;
    const auto end = std::find_if(line.begin(), line.end(), [](QChar c) { return !c.isLetterOrNumber() && c != u'_'; });
    return words.contains(line.left(end - line.begin())) && line.contains(QLatin1Char(':'));
}

} // namespace

bool is_incomplete(const QString& code) {
    const auto scanned = scan(code);
    if (scanned.open_string || scanned.depth > 0) return true;
    if (trimmed_end(scanned.bare).isEmpty()) return false;
    const auto lines = scanned.bare.split(QLatin1Char('\n'));
    if (lines.last().endsWith(QLatin1Char('\\'))) return true;
    const bool block =
        std::any_of(lines.begin(), lines.end(), [](const QString& line) { return begins_block(line.trimmed()); });
    return block && !lines.last().trimmed().isEmpty();
}

QString indentation_after(const QString& code) {
    const auto scanned = scan(code);
    const auto line = code.mid(code.lastIndexOf(QLatin1Char('\n')) + 1);
    const auto spaces = std::find_if(line.begin(), line.end(), [](QChar c) { return !c.isSpace(); }) - line.begin();
    if (scanned.open_string) return line.left(spaces);
    const auto bare = trimmed_end(scanned.bare.mid(scanned.bare.lastIndexOf(QLatin1Char('\n')) + 1));
    auto wanted = spaces;
    static const QStringList last_words{QStringLiteral("return"), QStringLiteral("pass"), QStringLiteral("raise"),
                                        QStringLiteral("break"), QStringLiteral("continue")};
    if (scanned.depth > 0)
        wanted = QStringLiteral("([{").contains(bare.isEmpty() ? QChar() : bare.back()) ? spaces + indent : spaces;
    else if (bare.endsWith(QLatin1Char(':')))
        wanted += indent;
    else if (last_words.contains(bare.trimmed().section(QLatin1Char(' '), 0, 0)))
        wanted = std::max<qsizetype>(0, wanted - indent);
    return QString(wanted, QLatin1Char(' '));
}

} // namespace orrery::gui
