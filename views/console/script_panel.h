// SPDX-License-Identifier: GPL-3.0-or-later
// The scripts and problem files that are being edited, one tab each.
#pragma once
#include <QFileSystemWatcher>
#include <QLabel>
#include <QTabWidget>
#include <QToolButton>
#include <QVariant>
#include <QWidget>

#include <functional>
#include <vector>

namespace orrery::gui {

class FindBar;
class MistakeList;
class ScriptEditor;
struct Mistake;
enum class Language;

class ScriptPanel : public QWidget {
    Q_OBJECT

public:
    explicit ScriptPanel(QWidget* parent = nullptr);

    // The text of a new script.
    void set_template(std::function<QString()> text) { template_ = std::move(text); }
    void new_script();
    void new_script(const QString& text); // unsaved
    void new_problem(const QString& text);
    // Shows it, opens it first if need be. Throws Error.
    ScriptEditor* open(const QString& path);
    // Without a path: asks for one where there is none yet. False if the user thought better of it. Throws Error.
    bool save(const QString& path = {});
    bool save_as();
    void close_current();
    bool may_close();       // asks for every script that isn't saved; false: the user goes on
    void keep_open_files(); // for the next session

    ScriptEditor* current() const;
    bool is_untitled() const; // the one that is shown has no file yet
    QString text() const;     // of the one that is shown
    // The selection of the one that is shown, else the line with the cursor, which then goes to the next one; and the
    // number of its first line.
    std::pair<QString, int> take_selection();
    // What tracebacks call it: its path, or the name of one that isn't saved.
    QString name_of(const ScriptEditor* editor) const;
    void show_place(const QString& name, int line); // opens it if it is a file; throws Error
    void mark_error(const QString& name, int line, int column, const QString& words);
    void clear_marks();
    void open_find();
    // What a check of that text has found; nothing happens if the editor has gone on since then, or is gone.
    void set_mistakes(ScriptEditor* checked, const QString& text, const std::vector<Mistake>& mistakes,
                      const QString& verdict);

    // How a question about an unsaved script is put; replaced by tests.
    enum class Answer { save, discard, cancel };
    std::function<Answer(const QString& name)> ask_to_save;
    std::function<bool(const QString& name)> ask_to_overwrite;                   // what another program has written
    std::function<QString(const QString& suggested, bool to_save)> ask_for_file; // empty: none

Q_SIGNALS:
    void changed(); // another script is shown, or it was saved or edited
    void edited();  // the text of the one that is shown, or another one is shown
    void saved(const QString& path);
    void command_requested(const QString& id, const QVariantMap& arguments);
    void trouble(const QString& what, const QString& hint);

protected:
    void paintEvent(QPaintEvent* event) override; // when it is seen first, it opens the files of the last session

private:
    ScriptEditor* add(const QString& title, Language language);
    void begin(const QString& title, Language language, const QString& text);
    ScriptEditor* editor(int tab) const;
    ScriptEditor* find(const QString& name) const;
    bool may_close(ScriptEditor* editor);
    void close_tab(int tab);
    void update_titles();
    void reopen();
    void reopen_files(); // of the last session, once
    void look_outside();
    void guarded(const std::function<void()>& work);
    QTabWidget* tabs_;
    FindBar* find_;
    MistakeList* mistakes_;
    std::vector<QToolButton*> python_only_, problem_only_;
    QWidget* outside_; // asks what to do about a file that was changed by another program
    QLabel* outside_words_;
    QFileSystemWatcher watcher_;
    std::function<QString()> template_;
    int untitled_ = 0;
    bool reopened_ = false;
};

} // namespace orrery::gui
