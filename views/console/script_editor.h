// SPDX-License-Identifier: GPL-3.0-or-later
// One Python file that is being edited.
#pragma once
#include "views/console/qscintilla_header.h"

#include <QDateTime>

namespace orrery::gui {

class ScriptEditor : public QsciScintilla {
    Q_OBJECT

public:
    explicit ScriptEditor(QWidget* parent = nullptr);

    // Both throw Error with a sentence.
    void load(const QString& path);
    void save(const QString& path);
    const QString& path() const { return path_; } // empty: not saved yet
    // Another program has changed the file since it was read or written.
    bool is_changed_outside() const;
    void keep_mine(); // what is outside is known, and is not taken

    void mark_error(int line, int column, const QString& words); // from 1
    void clear_marks();
    int marked_line() const; // 0: none
    void show_line(int line, int column = 1);
    // The selection, else the line with the cursor; and the line at which it begins.
    std::pair<QString, int> to_run() const;
    void go_to_next_line();

protected:
    void changeEvent(QEvent* event) override; // colours follow the palette
    void keyPressEvent(QKeyEvent* event) override;

private:
    void apply_colours();
    void fit_margin();
    QsciLexerPython* lexer_;
    QString path_;
    QDateTime written_; // the file's time as we know it
    qint64 size_ = 0;
};

} // namespace orrery::gui
