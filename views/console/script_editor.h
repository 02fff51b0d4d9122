// SPDX-License-Identifier: GPL-3.0-or-later
// One file that is being edited: a script in Python, or a problem file in TOML.
#pragma once
#include "views/console/qscintilla_header.h"

#include <QDateTime>

#include <vector>

namespace orrery::gui {

enum class Language { python, problem };
Language language_of(const QString& path); // by its ending

// What is wrong with a problem file; line from 1, 0: the whole of it.
struct Mistake {
    int line = 0;
    QString words;
    bool operator==(const Mistake&) const = default;
};

class ScriptEditor : public QsciScintilla {
    Q_OBJECT

public:
    explicit ScriptEditor(Language language = Language::python, QWidget* parent = nullptr);

    Language language() const { return language_; }

    // Both throw Error with a sentence.
    void load(const QString& path);
    void save(const QString& path);
    const QString& path() const { return path_; } // empty: not saved yet
    // Another program has changed the file since it was read or written.
    bool is_changed_outside() const;
    void keep_mine(); // what is outside is known, and is not taken

    void mark_error(int line, int column, const QString& words); // from 1
    void clear_marks();
    int marked_line() const; // the first; 0: none
    // Of a problem file, as the last check found them; `verdict` says so in a few words.
    void set_mistakes(std::vector<Mistake> mistakes, const QString& verdict);
    const std::vector<Mistake>& mistakes() const { return mistakes_; }
    const QString& verdict() const { return verdict_; }
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
    Language language_;
    QsciLexer* lexer_;
    std::vector<Mistake> mistakes_;
    QString verdict_;
    QString path_;
    QDateTime written_; // the file's time as we know it
    qint64 size_ = 0;
};

} // namespace orrery::gui
