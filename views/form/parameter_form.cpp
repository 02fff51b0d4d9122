// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/form/parameter_form.h"

#include "core/sweep.h"
#include "views/form/field_editor.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <map>
#include <utility>

namespace orrery::gui {
namespace {

bool is_return(const QKeyEvent& event, Qt::KeyboardModifiers with) {
    return (event.key() == Qt::Key_Return || event.key() == Qt::Key_Enter) &&
           (event.modifiers() & ~Qt::KeypadModifier) == with;
}

} // namespace

ParameterForm::ParameterForm(QWidget* parent) : QWidget(parent) {
    setObjectName("parameter_form");
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    build_presets();
    scroll_ = new QScrollArea(this);
    scroll_->setObjectName("parameter_scroll");
    scroll_->setWidgetResizable(true);
    scroll_->setFrameShape(QFrame::NoFrame);
    scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff); // fit_width() sees to it
    scroll_->viewport()->installEventFilter(this);
    scroll_->setFocusPolicy(Qt::NoFocus);
    column->addWidget(scroll_, 1);
    problems_ = new QLabel(this);
    problems_->setObjectName("form_problems");
    problems_->setWordWrap(true);
    problems_->setTextFormat(Qt::PlainText);
    problems_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    problems_->setContentsMargins(8, 2, 8, 2);
    problems_->hide();
    column->addWidget(problems_);
    summary_ = new QLabel(this);
    summary_->setObjectName("form_summary");
    summary_->setWordWrap(true);
    summary_->setContentsMargins(8, 0, 8, 4);
    column->addWidget(summary_);
    build();
}

ParameterForm::~ParameterForm() = default;

void ParameterForm::hide_presets() {
    for (QWidget* widget :
         {static_cast<QWidget*>(preset_label_), static_cast<QWidget*>(presets_), static_cast<QWidget*>(save_preset_)})
        widget->hide();
}

void ParameterForm::build_presets() {
    auto* row = new QHBoxLayout;
    row->setContentsMargins(8, 4, 8, 0);
    auto* label = preset_label_ = new QLabel(tr("&Preset"), this);
    presets_ = new QComboBox(this);
    presets_->setObjectName("presets");
    presets_->setAccessibleName(tr("Preset: a name for these values"));
    presets_->setToolTip(tr("Choose saved values, or type a name and save the ones below under it"));
    presets_->setEditable(true);
    presets_->setInsertPolicy(QComboBox::NoInsert);
    presets_->setMinimumContentsLength(6);
    presets_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    presets_->lineEdit()->setPlaceholderText(tr("none"));
    label->setBuddy(presets_);
    save_preset_ = new QToolButton(this);
    save_preset_->setObjectName("save_preset");
    save_preset_->setText(tr("Save"));
    save_preset_->setToolTip(tr("Save these values as a preset of the project"));
    save_preset_->setAccessibleName(save_preset_->toolTip());
    reset_ = new QToolButton(this);
    reset_->setObjectName("reset_all");
    reset_->setText(QStringLiteral("\u21ba"));
    reset_->setToolTip(tr("Back to all defaults"));
    reset_->setAccessibleName(reset_->toolTip());
    row->addWidget(label);
    row->addWidget(presets_, 1);
    row->addWidget(save_preset_);
    row->addWidget(reset_);
    static_cast<QVBoxLayout*>(layout())->addLayout(row);
    for (auto* button : {save_preset_, reset_}) button->installEventFilter(this);
    save_preset_->setEnabled(false);
    connect(presets_, &QComboBox::editTextChanged, this,
            [this](const QString& text) { save_preset_->setEnabled(!text.trimmed().isEmpty() && !read_only_); });
    connect(presets_, &QComboBox::textActivated, this, [this](const QString& name) {
        if (presets_->findText(name, Qt::MatchExactly | Qt::MatchCaseSensitive) >= 0) Q_EMIT preset_chosen(name);
    });
    connect(save_preset_, &QToolButton::clicked, this,
            [this] { Q_EMIT preset_saved(presets_->currentText().trimmed()); });
    connect(reset_, &QToolButton::clicked, this, &ParameterForm::reset);
}

void ParameterForm::set_declaration(const Declaration& declaration) {
    struct Kept {
        FieldType type;
        QString text;
        bool commas;
    };
    std::map<std::string, Kept> kept;
    for (const auto& editor : editors_)
        if (editor->differs_from_default())
            kept.insert({editor->field().name, {editor->field().type, editor->text(), editor->commas_separate()}});
    if (declaration.id != declaration_.id) presets_->setEditText({}); // it was of the other experiment
    declaration_ = declaration;
    general_.clear();
    unread_.clear();
    build();
    quiet_ = true;
    for (const auto& editor : editors_)
        if (const auto was = kept.find(editor->field().name);
            was != kept.end() && was->second.type == editor->field().type)
            editor->set_text(was->second.text, was->second.commas);
    quiet_ = false;
    take();
}

void ParameterForm::build() {
    editors_.clear();
    auto* content = new QWidget;
    content->setObjectName("parameter_fields");
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(8, 4, 8, 8);
    body_ = content;
    std::vector<std::string> headings;
    for (const auto& field : declaration_.schema.fields)
        if (std::find(headings.begin(), headings.end(), field.group) == headings.end()) headings.push_back(field.group);
    // Those of no group come first, without a heading.
    std::stable_partition(headings.begin(), headings.end(), [](const auto& heading) { return heading.empty(); });
    for (const auto& heading : headings) {
        std::vector<const Field*> fields;
        for (const auto& field : declaration_.schema.fields)
            if (field.group == heading) fields.push_back(&field);
        add_group(content, QString::fromStdString(heading), build_group(QString::fromStdString(heading), fields));
    }
    if (declaration_.schema.fields.empty()) {
        auto* hint = new QLabel(declaration_.id.empty() ? tr("Choose an experiment: its parameters are shown here.")
                                                        : tr("This experiment has no parameters."));
        hint->setObjectName("form_hint");
        hint->setWordWrap(true);
        hint->setAlignment(Qt::AlignCenter);
        hint->setEnabled(false);
        column->addWidget(hint);
    }
    column->addStretch(1);
    scroll_->setWidget(content); // deletes the one before
    fit_width();
    order_tabs();
    set_read_only(read_only_);
    take();
}

void ParameterForm::add_group(QWidget* parent, const QString& heading, QWidget* body) {
    auto* column = static_cast<QVBoxLayout*>(parent->layout());
    if (!heading.isEmpty()) {
        auto* title = new QToolButton(parent);
        title->setObjectName("group:" + heading);
        title->setText(heading);
        title->setAutoRaise(true);
        title->setArrowType(Qt::DownArrow);
        title->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        title->setToolTip(tr("Fold or unfold %1").arg(heading));
        title->setAccessibleName(tr("Group %1").arg(heading));
        auto bold = title->font();
        bold.setBold(true);
        title->setFont(bold);
        connect(title, &QToolButton::clicked, body, [title, body] {
            const bool open = body->isHidden();
            body->setVisible(open);
            title->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
        });
        column->addWidget(title);
    }
    column->addWidget(body);
}

QWidget* ParameterForm::build_group(const QString& heading, const std::vector<const Field*>& fields) {
    auto* body = new QWidget(body_);
    body->setAccessibleName(heading);
    auto* grid = new QGridLayout(body);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(5);
    grid->setVerticalSpacing(3);
    grid->setColumnStretch(2, 1);
    int row = 0;
    for (const auto* field : fields) {
        auto editor = std::make_unique<FieldEditor>(*field, body, grid, row);
        row += FieldEditor::rows;
        editor->set_help_visible(show_help_);
        connect(editor.get(), &FieldEditor::changed, this, [this] {
            if (!quiet_) general_.clear(), unread_.clear(); // what was said of the whole is past
            take();
        });
        connect(editor.get(), &FieldEditor::menu_wanted, this, &ParameterForm::show_menu);
        editors_.push_back(std::move(editor));
    }
    for (auto* child : body->findChildren<QWidget*>()) child->installEventFilter(this);
    return body;
}

// The labels of all groups have one width, and so have the units, so that the fields stand below each other. Where the
// panel is narrow, long names are cut (their tooltips are whole), and sliders go below their numbers.
void ParameterForm::fit_width() {
    int label = 0, unit = 0, wide = 0, least = 0, others = 0;
    for (const auto& editor : editors_) {
        label = std::max(label, editor->label_width());
        unit = std::max(unit, editor->unit_width());
        wide = std::max(wide, editor->control_width(false));
        least = std::max(least, editor->control_width(true));
        others = std::max(others, editor->other_width());
    }
    const auto margins = body_->layout()->contentsMargins();
    const int width = scroll_->viewport()->width() - margins.left() - margins.right() - others;
    const bool narrow = width < label + unit + wide;
    unit = std::min(unit, std::max(24, width / 6));
    label = std::min(label, std::max(48, width - unit - least));
    for (const auto& editor : editors_) editor->set_widths(label, unit, narrow);
}

void ParameterForm::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && body_) {
        for (const auto& editor : editors_) editor->show_state();
        show_problems();
    }
    if (event->type() == QEvent::FontChange && body_) fit_width();
}

// From field to field, so that values can be typed one after the other; what else there is for a field comes after all
// of them.
void ParameterForm::order_tabs() {
    QWidget* last = presets_;
    const auto follow = [&last](QWidget* next) {
        if (!next || next->focusPolicy() == Qt::NoFocus) return;
        QWidget::setTabOrder(last, next);
        last = next;
    };
    follow(save_preset_);
    follow(reset_);
    for (const auto& editor : editors_) follow(editor->focus_widget());
    for (const auto& editor : editors_) {
        const QString name = QString::fromStdString(editor->field().name);
        for (const auto* kind : {"slider:", "commas:", "names:", "browse:", "reset:"})
            follow(body_->findChild<QWidget*>(kind + name));
    }
}

void ParameterForm::take() {
    if (quiet_) return;
    std::size_t points = 1;
    bool valid = true;
    for (const auto& editor : editors_) {
        valid = valid && editor->state().problems.empty();
        points = std::min(points * std::max<std::size_t>(1, editor->state().values.size()), most_sweep_points + 1);
    }
    too_many_.clear();
    if (points > most_sweep_points) { // the words are the core's
        std::vector<std::string> all;
        for (const auto& assignment : assignments()) all.push_back(assignment.toStdString());
        Problems problems;
        parse_sweep(declaration_.schema, all, {}, problems);
        for (const auto& problem : problems) too_many_ = problem.sentence;
    }
    points_ = valid && too_many_.empty() ? static_cast<int>(points) : 0;
    show_problems();
    Q_EMIT changed();
}

void ParameterForm::show_problems() {
    QStringList sentences;
    for (const auto& sentence : general_) sentences << QString::fromStdString(sentence);
    for (const auto* sentence : {&unread_, &too_many_})
        if (!sentence->empty()) sentences << QString::fromStdString(*sentence);
    problems_->setText(sentences.join(u'\n'));
    problems_->setVisible(!sentences.isEmpty());
    auto colours = palette();
    const bool dark = colours.color(QPalette::Window).lightness() < 128;
    colours.setColor(QPalette::WindowText, dark ? QColor(0xff, 0x9b, 0x8f) : QColor(0xb0, 0x1c, 0x12));
    problems_->setPalette(colours);
    const auto wrong = std::count_if(editors_.begin(), editors_.end(), [](const auto& editor) {
        return !editor->state().problems.empty() || editor->has_extra_problems();
    });
    if (wrong > 0)
        summary_->setText(wrong == 1 ? tr("1 field to mend") : tr("%1 fields to mend").arg(wrong));
    else if (is_sweep())
        summary_->setText(points_ == 1 ? tr("A sweep of 1 run") : tr("A sweep of %1 runs").arg(points_));
    else
        summary_->clear();
    summary_->setVisible(!summary_->text().isEmpty());
}

QStringList ParameterForm::assignments() const {
    QStringList list;
    const bool sweep = is_sweep();
    for (const auto& editor : editors_)
        if (editor->differs_from_default()) list << QString::fromStdString(editor->assignment(sweep));
    return list;
}

void ParameterForm::set_assignments(const QStringList& assignments, bool sweep) {
    std::map<std::string, std::string> texts;
    QStringList unread;
    for (const auto& assignment : assignments) {
        const auto equals = assignment.indexOf(u'=');
        const auto name = assignment.left(equals).trimmed().toStdString();
        const Field* field = equals > 0 ? declaration_.schema.find(name) : nullptr;
        if (!field) {
            Problems problems;
            declaration_.schema.parse(std::vector<std::string>{assignment.toStdString()}, problems);
            for (const auto& problem : problems) unread << QString::fromStdString(problem.sentence);
            continue;
        }
        texts[name] = assignment.mid(equals + 1).toStdString();
        sweep = sweep || read_field(*field, texts[name]).is_sweep;
    }
    quiet_ = true;
    for (const auto& editor : editors_) {
        const auto given = texts.find(editor->field().name);
        if (given == texts.end()) {
            editor->reset();
            continue;
        }
        const auto& field = editor->field();
        const bool is_text = field.type == FieldType::text || field.type == FieldType::path;
        const bool several = is_text && sweep && read_field(field, given->second, true).values.size() > 1;
        auto text = QString::fromStdString(given->second);
        if (is_text && sweep && !several) text.replace(QStringLiteral("\\,"), QStringLiteral(","));
        editor->set_text(text, several);
    }
    quiet_ = false;
    general_.clear();
    unread_ = unread.join(u'\n').toStdString();
    take();
}

bool ParameterForm::is_valid() const {
    return !declaration_.id.empty() && points_ > 0 && general_.empty() && unread_.empty() &&
           std::none_of(editors_.begin(), editors_.end(), [](const auto& e) { return e->has_extra_problems(); });
}

bool ParameterForm::is_sweep() const {
    return std::any_of(editors_.begin(), editors_.end(), [](const auto& e) { return e->state().is_sweep; });
}

int ParameterForm::sweep_points() const { return is_valid() ? points_ : 0; }

void ParameterForm::set_extra_problems(const Problems& problems) {
    std::map<std::string, std::vector<std::string>> by_field;
    general_.clear();
    for (const auto& problem : problems) {
        if (declaration_.schema.find(problem.field))
            by_field[problem.field].push_back(problem.sentence);
        else
            general_.push_back(problem.line());
    }
    for (const auto& editor : editors_) editor->set_extra_problems(by_field[editor->field().name]);
    show_problems();
}

void ParameterForm::set_presets(const QStringList& names) {
    const QString typed = presets_->currentText();
    presets_->clear();
    presets_->addItems(names);
    presets_->setCurrentIndex(-1);
    presets_->setEditText(typed);
}

void ParameterForm::set_read_only(bool read_only) {
    read_only_ = read_only;
    for (const auto& editor : editors_) editor->set_enabled(!read_only);
    reset_->setEnabled(!read_only);
    save_preset_->setEnabled(!read_only && !presets_->currentText().trimmed().isEmpty());
}

void ParameterForm::reset() {
    set_assignments({});
    presets_->setEditText({});
}

QString ParameterForm::command_line() const {
    std::vector<std::string> list;
    for (const auto& assignment : assignments()) list.push_back(assignment.toStdString());
    return QString::fromStdString(gui::command_line(declaration_.id, list, is_sweep(), start_options_()));
}

QString ParameterForm::python() const {
    std::vector<NamedValues> arguments;
    for (const auto& editor : editors_)
        if (editor->differs_from_default())
            arguments.push_back({editor->field().name, editor->state().values, editor->state().is_sweep});
    return QString::fromStdString(python_call(declaration_.id, std::move(arguments), start_options_()));
}

void ParameterForm::copy_command_line() const { QApplication::clipboard()->setText(command_line()); }

void ParameterForm::copy_python() const { QApplication::clipboard()->setText(python()); }

void ParameterForm::add_actions(QMenu& menu) {
    menu.addSeparator();
    auto* line = menu.addAction(tr("Copy as command line"), this, &ParameterForm::copy_command_line);
    auto* call = menu.addAction(tr("Copy as Python"), this, &ParameterForm::copy_python);
    line->setObjectName("action:copy_command_line");
    call->setObjectName("action:copy_python");
    line->setEnabled(points_ > 0 && !declaration_.id.empty());
    call->setEnabled(line->isEnabled());
    menu.addSeparator();
    auto* help = menu.addAction(tr("Show help under the fields"));
    help->setCheckable(true);
    help->setChecked(show_help_);
    connect(help, &QAction::toggled, this, [this](bool shown) {
        show_help_ = shown;
        for (const auto& editor : editors_) editor->set_help_visible(shown);
    });
    menu.addAction(tr("Reset all to defaults"), this, &ParameterForm::reset)->setEnabled(!read_only_);
}

void ParameterForm::show_menu(QMenu* menu, const QPoint& global) {
    menu->setObjectName("form_menu");
    add_actions(*menu);
    menu->popup(global);
}

void ParameterForm::contextMenuEvent(QContextMenuEvent* event) {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    show_menu(menu, event->globalPos());
}

bool ParameterForm::is_run_key(const QEvent* event) const {
    return (event->type() == QEvent::KeyPress || event->type() == QEvent::ShortcutOverride) &&
           is_return(*static_cast<const QKeyEvent*>(event), Qt::ControlModifier);
}

// Taken before a shortcut of the window, and before a field makes something of it.
bool ParameterForm::event(QEvent* event) {
    if (!is_run_key(event)) return QWidget::event(event);
    event->accept();
    if (event->type() == QEvent::KeyPress) Q_EMIT run_requested();
    return true;
}

bool ParameterForm::eventFilter(QObject* watched, QEvent* event) {
    if (scroll_ && watched == scroll_->viewport() && event->type() == QEvent::Resize) fit_width();
    if (auto* button = qobject_cast<QToolButton*>(watched);
        button && event->type() == QEvent::KeyPress && is_return(*static_cast<QKeyEvent*>(event), {})) {
        button->click(); // the style only knows Space
        return true;
    }
    return is_run_key(event) && ParameterForm::event(event);
}

} // namespace orrery::gui
