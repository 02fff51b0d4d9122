// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/console/problem_lexer.h"

#include <algorithm>

namespace orrery::gui {

namespace {

bool in_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.' || c == '+';
}

// The end of the text that begins with the quote at `i`; -1 if the line ends before.
qsizetype end_of_text(const QByteArray& line, qsizetype i) {
    const char quote = line[i];
    for (++i; i < line.size(); ++i) {
        if (line[i] == '\\' && quote == '"')
            ++i;
        else if (line[i] == quote)
            return i + 1;
    }
    return -1;
}

} // namespace

QString ProblemLexer::description(int style) const {
    static const char* const names[] = {"Plain", "Comment", "Table", "Key", "Text", "Number", "Unclosed text"};
    return style >= plain && style <= unclosed ? QString::fromUtf8(names[style]) : QString();
}

void ProblemLexer::styleText(int start, int end) {
    if (!editor()) return;
    const long line = editor()->SendScintilla(QsciScintilla::SCI_LINEFROMPOSITION, start);
    const long from = editor()->SendScintilla(QsciScintilla::SCI_POSITIONFROMLINE, line), to = end;
    QByteArray bytes(to - from + 1, '\0');
    editor()->SendScintilla(QsciScintilla::SCI_GETTEXTRANGE, from, to, bytes.data());
    bytes.chop(1);
    startStyling(static_cast<int>(from));
    for (qsizetype at = 0; at < bytes.size();) {
        const auto next = bytes.indexOf('\n', at);
        const auto length = (next < 0 ? bytes.size() : next + 1) - at;
        style_line(bytes.mid(at, length));
        at += length;
    }
}

void ProblemLexer::style_line(const QByteArray& line) {
    const auto first = std::find_if(line.begin(), line.end(), [](char c) { return c != ' ' && c != '\t'; });
    const bool is_heading = first != line.end() && *first == '[' && line.contains(']') && !line.contains('=');
    for (qsizetype i = 0; i < line.size();) {
        const char c = line[i];
        qsizetype end = i + 1;
        Style style = is_heading ? heading : plain;
        if (c == '#') {
            end = line.size();
            style = comment;
        } else if (c == '"' || c == '\'') {
            end = end_of_text(line, i);
            style = end < 0 ? unclosed : string;
            if (end < 0) end = line.size();
        } else if (in_name(c)) {
            while (end < line.size() && in_name(line[end])) ++end;
            auto after = end;
            while (after < line.size() && line[after] == ' ') ++after;
            if (after < line.size() && line[after] == '=')
                style = key;
            else if (!is_heading && ((c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.'))
                style = number;
        }
        // A quoted key, too.
        if (style == string) {
            auto after = end;
            while (after < line.size() && line[after] == ' ') ++after;
            if (after < line.size() && line[after] == '=') style = key;
        }
        setStyling(static_cast<int>(end - i), style);
        i = end;
    }
}

} // namespace orrery::gui
