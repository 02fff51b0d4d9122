// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/form/field_editor.h"

#include "views/form/elided_label.h"
#include "views/form/number_box.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QCompleter>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QSignalBlocker>
#include <QToolButton>
#include <QWheelEvent>

#include <algorithm>

namespace orrery::gui {
namespace {

QString text_of(const Field& field) { return QString::fromStdString(orrery::text_of(field.default_value)); }

// Of a sweep's values, enough to know them by.
QString short_text(const Value& value) {
    if (const auto* number = std::get_if<double>(&value)) return QString::number(*number, 'g', 4);
    const auto text = QString::fromStdString(orrery::text_of(value));
    return text.size() <= 16 ? text : text.left(15) + QChar(0x2026);
}

// A colour that warns, readable on the palette's background.
QColor warning_colour(const QPalette& palette) {
    return palette.color(QPalette::Window).lightness() < 128 ? QColor(0xff, 0x9b, 0x8f) : QColor(0xb0, 0x1c, 0x12);
}

// The wheel scrolls the form, unless the box was clicked.
class CalmComboBox : public QComboBox {
public:
    using QComboBox::QComboBox;

protected:
    void wheelEvent(QWheelEvent* event) override {
        if (hasFocus())
            QComboBox::wheelEvent(event);
        else
            event->ignore();
    }
};

} // namespace

FieldEditor::FieldEditor(const Field& field, QWidget* parent, QGridLayout* grid, int row)
    : QObject(parent), field_(field), grid_(grid) {
    const QString name = QString::fromStdString(field.name);
    dot_ = new QLabel(QStringLiteral("\u25cf"), parent);
    dot_->setObjectName("dot:" + name);
    dot_->setToolTip(tr("%1 differs from its default, %2").arg(name, text_of(field)));
    dot_->setAccessibleName(dot_->toolTip());
    label_ = new ElidedLabel(name, parent);
    control_ = make_control(parent);
    label_->setBuddy(focus_widget());
    reset_ = new QToolButton(parent);
    reset_->setObjectName("reset:" + name);
    reset_->setText(QStringLiteral("\u21ba"));
    reset_->setAutoRaise(true);
    reset_->setToolTip(tr("Back to the default of %1, %2").arg(name, text_of(field)));
    reset_->setAccessibleName(reset_->toolTip());
    unit_ = new ElidedLabel(QString::fromStdString(field.unit), parent);
    unit_->setEnabled(false); // in the palette's weaker colour
    unit_->setToolTip(unit_->text());
    message_ = new QLabel(parent);
    message_->setObjectName("message:" + name);
    message_->setWordWrap(true);
    message_->setTextFormat(Qt::PlainText);
    message_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    message_->setMargin(3);
    help_ = new QLabel(QString::fromStdString(field.help), parent);
    help_->setWordWrap(true);
    help_->setTextFormat(Qt::PlainText);
    help_->setEnabled(false);
    for (auto* widget : {static_cast<QWidget*>(label_), focus_widget()}) widget->setToolTip(tooltip());
    for (QWidget* hidden : {static_cast<QWidget*>(dot_), static_cast<QWidget*>(reset_)}) {
        auto policy = hidden->sizePolicy();
        policy.setRetainSizeWhenHidden(true);
        hidden->setSizePolicy(policy);
    }
    grid->addWidget(dot_, row, 0);
    grid->addWidget(label_, row, 1);
    grid->addWidget(control_, row, 2);
    grid->addWidget(unit_, row, 3);
    grid->addWidget(reset_, row, 4);
    grid->addWidget(message_, row + 1, 1, 1, 4);
    grid->addWidget(help_, row + 2, 1, 1, 4);
    help_->hide();
    connect(reset_, &QToolButton::clicked, this, &FieldEditor::reset);
    for (auto* widget : {static_cast<QWidget*>(label_), control_}) // some controls have theirs
        if (widget->contextMenuPolicy() != Qt::CustomContextMenu) offer_menu(widget, nullptr);
    set_text(text_of(field));
}

QString FieldEditor::tooltip() const {
    QStringList lines;
    lines << "<b>" + QString::fromStdString(field_.name).toHtmlEscaped() + "</b>" +
                 (field_.unit.empty()
                      ? QString()
                      : QStringLiteral(" (%1)").arg(QString::fromStdString(field_.unit).toHtmlEscaped()));
    if (!field_.help.empty()) lines << QString::fromStdString(field_.help).toHtmlEscaped();
    lines << tr("Accepted: %1").arg(QString::fromStdString(field_.accepts()).toHtmlEscaped());
    lines << tr("Default: %1").arg(text_of(field_).toHtmlEscaped());
    if (number_) lines << tr("A sweep: 0.01,0.1,1 or 1e-3..1:log:4").toHtmlEscaped();
    if (field_.live) lines << tr("Can be changed while the run goes on");
    return "<p>" + lines.join("<br>") + "</p>";
}

QWidget* FieldEditor::make_control(QWidget* parent) {
    QWidget* control = nullptr;
    switch (field_.type) {
    case FieldType::number:
    case FieldType::integer: {
        number_ = new NumberBox(field_, parent);
        offer_menu(number_, number_->findChild<QLineEdit*>());
        connect(number_, &NumberBox::edited, this, &FieldEditor::take);
        control = has_slider() ? make_slider(parent) : number_;
        break;
    }
    case FieldType::choice:
        control = make_choice(parent);
        break;
    case FieldType::boolean:
        control = make_check(parent);
        break;
    default:
        control = make_line(parent);
    }
    const QString name = QString::fromStdString(field_.name);
    auto* focus = focus_widget();
    focus->setObjectName("field:" + name);
    QString spoken = name;
    if (!field_.help.empty()) spoken += ": " + QString::fromStdString(field_.help);
    if (!field_.unit.empty()) spoken += ", " + QString::fromStdString(field_.unit);
    focus->setAccessibleName(spoken);
    return control;
}

QWidget* FieldEditor::make_choice(QWidget* parent) {
    choice_ = new CalmComboBox(parent);
    choice_->setFocusPolicy(Qt::StrongFocus);
    choice_->setEditable(true); // a sweep may stand in it
    choice_->setInsertPolicy(QComboBox::NoInsert);
    choice_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    choice_->setMinimumContentsLength(4);
    for (const auto& name : field_.choices) choice_->addItem(QString::fromStdString(name));
    choice_->lineEdit()->setObjectName("text:" + QString::fromStdString(field_.name));
    offer_menu(choice_->lineEdit(), choice_->lineEdit());
    connect(choice_, &QComboBox::editTextChanged, this, &FieldEditor::take);
    return choice_;
}

QWidget* FieldEditor::make_check(QWidget* parent) {
    check_ = new QCheckBox(parent);
    offer_menu(check_, nullptr);
    connect(check_, &QCheckBox::stateChanged, this, [this](int state) {
        if (state != Qt::PartiallyChecked) check_->setTristate(false); // both values come from the menu only
        take();
    });
    return check_;
}

QWidget* FieldEditor::make_line(QWidget* parent) {
    auto* box = new QWidget(parent);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2);
    line_ = new QLineEdit(box);
    line_->setMinimumWidth(line_->fontMetrics().horizontalAdvance(u'0') * 6);
    row->addWidget(line_, 1);
    const QString name = QString::fromStdString(field_.name);
    commas_ = new QToolButton(box);
    commas_->setObjectName("commas:" + name);
    commas_->setText(QStringLiteral(","));
    commas_->setCheckable(true);
    commas_->setToolTip(tr("Commas separate the values of a sweep; \\, is a comma"));
    commas_->setAccessibleName(tr("%1: commas separate the values of a sweep").arg(name));
    commas_->hide();
    row->addWidget(commas_);
    connect(commas_, &QToolButton::toggled, this, &FieldEditor::take);
    if (!field_.choices.empty()) { // names that are accepted besides paths
        QStringList names;
        for (const auto& choice : field_.choices) names << QString::fromStdString(choice);
        line_->setCompleter(new QCompleter(names, line_));
        auto* list = new QToolButton(box);
        list->setObjectName("names:" + name);
        list->setArrowType(Qt::DownArrow);
        list->setToolTip(tr("Names that %1 may have").arg(name));
        list->setAccessibleName(list->toolTip());
        row->addWidget(list);
        connect(list, &QToolButton::clicked, this, [this, list, names] {
            auto* menu = new QMenu(list);
            menu->setAttribute(Qt::WA_DeleteOnClose);
            for (const auto& each : names)
                connect(menu->addAction(each), &QAction::triggered, this, [this, each] { set_text(each); });
            menu->popup(list->mapToGlobal(QPoint(0, list->height())));
        });
    }
    if (field_.type == FieldType::path) {
        auto* browse = new QToolButton(box);
        browse->setObjectName("browse:" + name);
        browse->setText(QStringLiteral("\u2026"));
        browse->setToolTip(tr("Choose a file for %1").arg(name));
        browse->setAccessibleName(browse->toolTip());
        row->addWidget(browse);
        connect(browse, &QToolButton::clicked, this, &FieldEditor::choose_file);
    }
    offer_menu(line_, line_);
    connect(line_, &QLineEdit::textChanged, this, &FieldEditor::take);
    return box;
}

// Of the widget, or of the standard menu of its line.
void FieldEditor::offer_menu(QWidget* widget, QLineEdit* line) {
    widget->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(widget, &QWidget::customContextMenuRequested, this, [this, widget, line](const QPoint& place) {
        auto* menu = line ? line->createStandardContextMenu() : new QMenu(widget);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        if (line) menu->addSeparator();
        add_actions(*menu);
        Q_EMIT menu_wanted(menu, widget->mapToGlobal(place));
    });
}

void FieldEditor::add_actions(QMenu& menu) {
    const QString name = QString::fromStdString(field_.name);
    if (check_ || choice_) {
        const bool both = check_ != nullptr;
        auto* all = menu.addAction(both ? tr("Sweep over both values") : tr("Sweep over all choices"));
        all->setObjectName("action:all");
        connect(all, &QAction::triggered, this, [this, both] {
            QStringList names;
            for (const auto& choice : field_.choices) names << QString::fromStdString(choice);
            set_text(both ? QStringLiteral("false,true") : names.join(u','));
        });
    }
    auto* back = menu.addAction(tr("Reset %1 to %2").arg(name, text_of(field_)));
    back->setEnabled(differs_from_default());
    connect(back, &QAction::triggered, this, &FieldEditor::reset);
}

QWidget* FieldEditor::focus_widget() const {
    if (number_) return number_;
    if (choice_) return choice_;
    if (check_) return check_;
    return line_;
}

QString FieldEditor::text() const {
    if (number_) return number_->text();
    if (choice_) return choice_->currentText();
    if (line_) return line_->text();
    if (check_->checkState() == Qt::PartiallyChecked) return QStringLiteral("false,true");
    return check_->isChecked() ? QStringLiteral("true") : QStringLiteral("false");
}

void FieldEditor::set_text(const QString& text, bool commas_separate) {
    if (number_) number_->set_text(text);
    if (choice_) {
        const int index = choice_->findText(text, Qt::MatchExactly | Qt::MatchCaseSensitive);
        choice_->setCurrentIndex(index);
        choice_->setEditText(text);
    }
    if (line_) {
        commas_->setChecked(commas_separate);
        line_->setText(text);
        line_->setCursorPosition(0);
    }
    if (check_) {
        const auto read = read_field(field_, text.toStdString());
        if (read.values.size() > 1) {
            check_->setTristate(true);
            check_->setCheckState(Qt::PartiallyChecked);
        } else {
            check_->setTristate(false);
            check_->setChecked(std::get<bool>(read.values.empty() ? field_.default_value : read.values.front()));
        }
    }
    take();
}

void FieldEditor::reset() { set_text(text_of(field_)); }

bool FieldEditor::commas_separate() const { return commas_ && commas_->isChecked(); }

bool FieldEditor::differs_from_default() const {
    return state_.is_sweep || state_.values.size() != 1 || state_.values.front() != field_.default_value;
}

std::string FieldEditor::assignment(bool for_sweep) const {
    const auto typed = text().toStdString();
    return field_.name + "=" + (for_sweep && !state_.is_sweep ? escaped_for_sweep(field_, typed) : typed);
}

void FieldEditor::take() {
    state_ = read_field(field_, text().toStdString(), commas_separate());
    extra_.clear();
    show_state();
    Q_EMIT changed();
}

void FieldEditor::set_extra_problems(const std::vector<std::string>& sentences) {
    if (extra_ == sentences) return;
    extra_ = sentences;
    show_state();
}

void FieldEditor::show_state() {
    const bool differs = differs_from_default();
    dot_->setVisible(differs);
    reset_->setVisible(differs);
    if (commas_) commas_->setVisible(line_->text().contains(u',') || commas_->isChecked());
    if (check_) check_->setText(check_->checkState() == Qt::PartiallyChecked ? tr("both") : QString());
    QStringList sentences;
    for (const auto& problem : state_.problems) sentences << QString::fromStdString(problem.sentence);
    for (const auto& sentence : extra_) sentences << QString::fromStdString(sentence);
    const bool wrong = !sentences.isEmpty();
    if (!wrong && state_.is_sweep) {
        sentences << (state_.values.size() == 1 ? tr("1 value") : tr("%1 values").arg(state_.values.size()));
        QStringList shown;
        for (std::size_t i = 0; i < std::min<std::size_t>(state_.values.size(), 6); ++i)
            shown << short_text(state_.values[i]);
        if (state_.values.size() > 6) shown << QStringLiteral("\u2026");
        sentences.back() += ": " + shown.join(QStringLiteral(", "));
    }
    const auto plain = QApplication::palette(); // the form is told of a new one before its children have it
    auto marked = plain;                        // a value of one's own
    marked.setColor(QPalette::WindowText, plain.color(QPalette::Link));
    dot_->setPalette(marked);
    label_->setPalette(differs ? marked : plain);
    auto colours = plain;
    if (wrong) {
        auto tint = warning_colour(plain);
        colours.setColor(QPalette::WindowText, tint);
        tint.setAlpha(28);
        colours.setColor(QPalette::Window, tint);
    }
    message_->setPalette(colours);
    message_->setAutoFillBackground(wrong);
    message_->setFrameStyle(wrong ? QFrame::Box | QFrame::Plain : QFrame::NoFrame);
    message_->setText(sentences.join(u'\n'));
    message_->setVisible(!sentences.isEmpty());
    focus_widget()->setAccessibleDescription(message_->text());
    if (slider_) show_slider();
}

int FieldEditor::label_width() const { return label_->sizeHint().width(); }

int FieldEditor::unit_width() const { return unit_->text().isEmpty() ? 0 : unit_->sizeHint().width(); }

int FieldEditor::control_width(bool narrow) const {
    if (!slider_) return control_->minimumSizeHint().width();
    const int number = number_->minimumSizeHint().width(), slider = slider_->minimumWidth();
    return narrow ? std::max(number, slider) : number + slider_box_->spacing() + slider;
}

int FieldEditor::other_width() const {
    return dot_->sizeHint().width() + reset_->sizeHint().width() + 4 * grid_->horizontalSpacing();
}

void FieldEditor::set_widths(int label, int unit, bool narrow) {
    label_->setFixedWidth(label);
    unit_->setFixedWidth(unit);
    if (slider_box_) slider_box_->setDirection(narrow ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
}

void FieldEditor::set_help_visible(bool visible) { help_->setVisible(visible && !help_->text().isEmpty()); }

void FieldEditor::set_enabled(bool enabled) {
    control_->setEnabled(enabled);
    reset_->setEnabled(enabled);
}

} // namespace orrery::gui
