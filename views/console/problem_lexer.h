// SPDX-License-Identifier: GPL-3.0-or-later
// Colours of a problem file (TOML): comments, headings of tables, keys, texts and numbers, line by line.
#pragma once
#include "views/console/qscintilla_header.h"

namespace orrery::gui {

class ProblemLexer : public QsciLexerCustom {
    Q_OBJECT

public:
    enum Style { plain, comment, heading, key, string, number, unclosed };
    using QsciLexerCustom::QsciLexerCustom;

    const char* language() const override { return "TOML"; }
    QString description(int style) const override; // empty: no such style
    void styleText(int start, int end) override;

private:
    void style_line(const QByteArray& line);
};

} // namespace orrery::gui
