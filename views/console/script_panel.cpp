// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/console/script_panel.h"

#include "core/error.h"
#include "views/console/find_bar.h"
#include "views/console/mistake_list.h"
#include "views/console/script_editor.h"
#include "views/icons/icons.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QSettings>
#include <QShortcut>
#include <QTabBar>
#include <QVBoxLayout>

namespace orrery::gui {

namespace {

const QString open_key = QStringLiteral("scripts/open"), folder_key = QStringLiteral("scripts/folder");
const char* const title_property = "title"; // of one that isn't saved

ScriptPanel::Answer ask(QWidget* parent, const QString& name) {
    QMessageBox box(QMessageBox::Question, ScriptPanel::tr("Unsaved file"),
                    ScriptPanel::tr("%1 has changes that aren't saved.").arg(name),
                    QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, parent);
    box.setDefaultButton(QMessageBox::Save);
    const int chosen = box.exec();
    return chosen == QMessageBox::Save      ? ScriptPanel::Answer::save
           : chosen == QMessageBox::Discard ? ScriptPanel::Answer::discard
                                            : ScriptPanel::Answer::cancel;
}

} // namespace

ScriptPanel::ScriptPanel(QWidget* parent)
    : QWidget(parent), tabs_(new QTabWidget(this)), find_(new FindBar(this)), mistakes_(new MistakeList(this)),
      outside_(new QWidget(this)), outside_words_(new QLabel(outside_)) {
    setObjectName(QStringLiteral("scripts"));
    ask_to_save = [this](const QString& name) { return ask(this, name); };
    ask_to_overwrite = [this](const QString& name) {
        return QMessageBox::question(this, tr("Save file"),
                                     tr("Another program has changed %1. Write over it?").arg(name),
                                     QMessageBox::Save | QMessageBox::Cancel, QMessageBox::Cancel) == QMessageBox::Save;
    };
    ask_for_file = [this](const QString& suggested, bool to_save) {
        const bool problem = language_of(suggested) == Language::problem;
        const auto all = tr("All files (*)");
        if (to_save)
            return QFileDialog::getSaveFileName(this, tr("Save file"), suggested,
                                                (problem ? tr("Problem files (*.toml)") : tr("Python (*.py)")) +
                                                    QStringLiteral(";;") + all);
        return QFileDialog::getOpenFileName(this, tr("Open file"), suggested,
                                            tr("Scripts and problem files (*.py *.toml)") + QStringLiteral(";;") + all);
    };
    tabs_->setObjectName(QStringLiteral("script_tabs"));
    tabs_->setDocumentMode(true);
    tabs_->setTabsClosable(true);
    tabs_->setMovable(true);
    tabs_->tabBar()->setAccessibleName(tr("Scripts"));
    tabs_->setAccessibleName(tr("Scripts"));
    tabs_->setToolTip(tr("The scripts that are open"));
    connect(tabs_, &QTabWidget::tabCloseRequested, this, [this](int tab) { guarded([&] { close_tab(tab); }); });
    connect(tabs_, &QTabWidget::currentChanged, this, [this] {
        find_->set_editor(current());
        mistakes_->show_of(current());
        for (auto* tool : python_only_) tool->setVisible(!current() || current()->language() == Language::python);
        for (auto* tool : problem_only_) tool->setVisible(current() && current()->language() == Language::problem);
        look_outside();
        Q_EMIT changed();
        Q_EMIT edited();
    });
    connect(mistakes_, &MistakeList::line_wanted, this, [this](int line) {
        current()->show_line(line);
        current()->setFocus();
    });
    auto* row = new QHBoxLayout;
    row->setContentsMargins(4, 0, 4, 0);
    row->setSpacing(2);
    const auto button = [&](const char* id, Glyph glyph, const QString& text, const QString& help) {
        auto* tool = new QToolButton(this);
        tool->setObjectName(QStringLiteral("scripts_") + QString::fromUtf8(id));
        tool->setAutoRaise(true);
        tool->setText(text);
        if (glyph == Glyph::play) tool->setIcon(icon_of(glyph));
        tool->setIconSize({12, 12});
        tool->setToolButtonStyle(glyph == Glyph::play ? Qt::ToolButtonTextBesideIcon : Qt::ToolButtonTextOnly);
        tool->setAccessibleName(help);
        tool->setToolTip(help);
        tool->setFocusPolicy(Qt::TabFocus);
        connect(tool, &QToolButton::clicked, this,
                [this, id = QString::fromUtf8(id)] { Q_EMIT command_requested(id, {}); });
        row->addWidget(tool);
        return tool;
    };
    python_only_ = {
        button("script.run", Glyph::play, tr("Run"), tr("Run the file in the console (F5)")),
        button("script.run_selection", Glyph::play, tr("Run selection"), tr("Run the selection or the line (F9)"))};
    problem_only_ = {button("problem.use", Glyph::play, tr("Use in experiment"),
                            tr("Save the problem file and put it into the form of the experiment that solves it"))};
    problem_only_.front()->hide();
    row->addStretch();
    button("script.new", Glyph::close, tr("New"), tr("Begin a new script"));
    button("script.open", Glyph::close, tr("Open"), tr("Open a script"));
    button("script.save", Glyph::close, tr("Save"), tr("Save the script (Ctrl+S)"));
    auto* question = new QHBoxLayout(outside_);
    question->setContentsMargins(8, 2, 4, 2);
    outside_words_->setWordWrap(true);
    question->addWidget(outside_words_, 1);
    for (const bool reload : {true, false}) {
        auto* tool = new QToolButton(outside_);
        tool->setObjectName(reload ? QStringLiteral("script_reload") : QStringLiteral("script_keep"));
        tool->setText(reload ? tr("Read it again") : tr("Keep mine"));
        tool->setAccessibleName(tool->text());
        tool->setToolTip(reload ? tr("Your changes are lost") : tr("Saving overwrites the other program's"));
        tool->setFocusPolicy(Qt::TabFocus);
        connect(tool, &QToolButton::clicked, this, [this, reload] {
            guarded([&] { reload ? current()->load(current()->path()) : current()->keep_mine(); });
            look_outside();
        });
        question->addWidget(tool);
    }
    outside_->hide();
    mistakes_->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(row);
    layout->addWidget(outside_);
    layout->addWidget(tabs_, 1);
    layout->addWidget(mistakes_);
    layout->addWidget(find_);
    connect(&watcher_, &QFileSystemWatcher::fileChanged, this, &ScriptPanel::look_outside);
    auto* find = new QShortcut(QKeySequence::Find, this, nullptr, nullptr, Qt::WidgetWithChildrenShortcut);
    connect(find, &QShortcut::activated, this, &ScriptPanel::open_find);
}

void ScriptPanel::guarded(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        Q_EMIT trouble(QString::fromUtf8(error.what()), QString::fromStdString(error.hint()));
    }
}

ScriptEditor* ScriptPanel::editor(int tab) const { return qobject_cast<ScriptEditor*>(tabs_->widget(tab)); }
ScriptEditor* ScriptPanel::current() const { return qobject_cast<ScriptEditor*>(tabs_->currentWidget()); }

bool ScriptPanel::is_untitled() const { return current() && current()->path().isEmpty(); }
QString ScriptPanel::text() const { return current() ? current()->text() : QString(); }

std::pair<QString, int> ScriptPanel::take_selection() {
    auto* script = current();
    auto taken = script->to_run();
    if (!script->hasSelectedText()) script->go_to_next_line();
    return taken;
}

QString ScriptPanel::name_of(const ScriptEditor* script) const {
    return script->path().isEmpty() ? script->property(title_property).toString() : script->path();
}

ScriptEditor* ScriptPanel::find(const QString& name) const {
    for (int i = 0; i < tabs_->count(); ++i)
        if (name_of(editor(i)) == name) return editor(i);
    return nullptr;
}

ScriptEditor* ScriptPanel::add(const QString& title, Language language) {
    auto* made = new ScriptEditor(language, this);
    made->setProperty(title_property, title);
    if (language == Language::python) made->setToolTip(tr("Python: F5 runs the file, F9 the selection or the line"));
    connect(made, &QsciScintilla::textChanged, this, [this, made] {
        if (made == current()) Q_EMIT edited();
    });
    connect(made, &QsciScintilla::modificationChanged, this, [this] {
        update_titles();
        Q_EMIT changed();
    });
    connect(made, &QsciScintilla::selectionChanged, this, &ScriptPanel::changed);
    return made;
}

void ScriptPanel::update_titles() {
    for (int i = 0; i < tabs_->count(); ++i) {
        const auto name = name_of(editor(i));
        auto title = editor(i)->path().isEmpty() ? name : QFileInfo(name).fileName();
        if (editor(i)->isModified()) title += QStringLiteral(" *");
        tabs_->setTabText(i, title.replace(QLatin1Char('&'), QStringLiteral("&&")));
        tabs_->setTabToolTip(i, name);
    }
}

void ScriptPanel::new_script() { new_script(template_ ? template_() : QString()); }

void ScriptPanel::new_script(const QString& text) { begin(tr("untitled %1").arg(++untitled_), Language::python, text); }

void ScriptPanel::new_problem(const QString& text) {
    begin(tr("problem %1").arg(++untitled_), Language::problem, text);
}

void ScriptPanel::begin(const QString& title, Language language, const QString& text) {
    reopen_files();
    auto* made = add(title, language);
    made->setText(text);
    made->setModified(false);
    tabs_->setCurrentIndex(tabs_->addTab(made, QString()));
    update_titles();
    made->setFocus();
}

ScriptEditor* ScriptPanel::open(const QString& path) {
    reopen_files();
    const auto whole = QFileInfo(path).absoluteFilePath();
    auto* script = find(whole);
    if (!script) {
        script = add({}, language_of(whole));
        try {
            script->load(whole);
        } catch (...) {
            delete script;
            throw;
        }
        tabs_->addTab(script, QString());
        watcher_.addPath(whole);
        QSettings().setValue(folder_key, QFileInfo(whole).absolutePath());
    }
    tabs_->setCurrentWidget(script);
    update_titles();
    Q_EMIT changed();
    return script;
}

bool ScriptPanel::save(const QString& path) {
    auto* script = current();
    if (!script) return false;
    const auto wanted = path.isEmpty() ? script->path() : path;
    if (wanted.isEmpty()) return save_as();
    if (wanted == script->path() && script->is_changed_outside() && QFileInfo::exists(wanted) &&
        !ask_to_overwrite(name_of(script)))
        return false;
    script->save(wanted);
    watcher_.addPath(script->path());
    update_titles();
    look_outside();
    Q_EMIT changed();
    Q_EMIT saved(script->path());
    return true;
}

bool ScriptPanel::save_as() {
    auto* script = current();
    if (!script) return false;
    const auto folder = QSettings().value(folder_key, QDir::currentPath()).toString();
    const bool problem = script->language() == Language::problem;
    const auto plain = problem ? QStringLiteral("problem.toml") : QStringLiteral("script.py");
    const auto suggested = !script->path().isEmpty() ? script->path() : folder + QStringLiteral("/") + plain;
    auto path = ask_for_file(suggested, true);
    if (path.isEmpty()) return false;
    if (QFileInfo(path).suffix().isEmpty()) path += problem ? QStringLiteral(".toml") : QStringLiteral(".py");
    QSettings().setValue(folder_key, QFileInfo(path).absolutePath());
    return save(path);
}

// --- closing ---

bool ScriptPanel::may_close(ScriptEditor* script) {
    if (!script->isModified()) return true;
    tabs_->setCurrentWidget(script);
    switch (ask_to_save(name_of(script))) {
    case Answer::save:
        return save();
    case Answer::discard:
        return true;
    case Answer::cancel:
        break;
    }
    return false;
}

bool ScriptPanel::may_close() {
    bool may = true;
    guarded([&] {
        may = false;
        for (int i = 0; i < tabs_->count(); ++i)
            if (!may_close(editor(i))) return;
        may = true;
    });
    return may;
}

void ScriptPanel::close_current() { close_tab(tabs_->currentIndex()); }

void ScriptPanel::close_tab(int tab) {
    auto* script = editor(tab);
    if (!script || !may_close(script)) return;
    if (!script->path().isEmpty()) watcher_.removePath(script->path());
    tabs_->removeTab(tabs_->indexOf(script));
    script->deleteLater();
    Q_EMIT changed();
}

void ScriptPanel::keep_open_files() {
    if (!reopened_) return; // never looked at: they are what they were
    QStringList files;
    for (int i = 0; i < tabs_->count(); ++i)
        if (!editor(i)->path().isEmpty()) files << editor(i)->path();
    QSettings().setValue(open_key, files);
}

void ScriptPanel::paintEvent(QPaintEvent* event) {
    QWidget::paintEvent(event);
    if (!reopened_) QMetaObject::invokeMethod(this, &ScriptPanel::reopen, Qt::QueuedConnection);
}

void ScriptPanel::reopen() {
    reopen_files();
    if (tabs_->count() == 0) new_script();
}

void ScriptPanel::reopen_files() {
    if (std::exchange(reopened_, true)) return;
    for (const auto& path : QSettings().value(open_key).toStringList())
        if (QFileInfo::exists(path)) guarded([&] { open(path); });
}

// --- places ---

void ScriptPanel::look_outside() {
    auto* script = current();
    for (int i = 0; i < tabs_->count(); ++i) {
        auto* each = editor(i);
        if (!each->is_changed_outside()) continue;
        if (QFileInfo::exists(each->path())) watcher_.addPath(each->path()); // editors put a new file in its place
        if (!each->isModified() && QFileInfo::exists(each->path())) guarded([&] { each->load(each->path()); });
    }
    const bool asks = script && script->is_changed_outside();
    outside_->setVisible(asks);
    if (!asks) return;
    const bool there = QFileInfo::exists(script->path());
    outside_->findChild<QToolButton*>(QStringLiteral("script_reload"))->setEnabled(there);
    outside_words_->setText(there ? tr("Another program has changed this file, and so have you.")
                                  : tr("The file is gone: it was removed or renamed. Saving writes it again."));
}

void ScriptPanel::show_place(const QString& name, int line) {
    auto* script = find(name);
    if (script)
        tabs_->setCurrentWidget(script);
    else
        script = open(name);
    script->show_line(line);
    script->setFocus();
}

void ScriptPanel::mark_error(const QString& name, int line, int column, const QString& words) {
    auto* script = find(name);
    if (!script || line < 1) return;
    tabs_->setCurrentWidget(script);
    script->mark_error(line, column, words);
}

void ScriptPanel::clear_marks() {
    for (int i = 0; i < tabs_->count(); ++i) editor(i)->clear_marks();
}

void ScriptPanel::set_mistakes(ScriptEditor* checked, const QString& text, const std::vector<Mistake>& mistakes,
                               const QString& verdict) {
    if (tabs_->indexOf(checked) < 0 || checked->text() != text) return;
    checked->set_mistakes(mistakes, verdict);
    if (checked == current()) mistakes_->show_of(checked);
}

void ScriptPanel::open_find() {
    find_->set_editor(current());
    find_->open();
}

} // namespace orrery::gui
