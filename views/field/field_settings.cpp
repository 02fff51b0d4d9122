// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/field/field_settings.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QGroupBox>
#include <QLabel>
#include <QLineEdit>
#include <QVBoxLayout>

#include <cmath>

namespace orrery::gui {

QVariant variant_of(const Value& value) {
    return std::visit(
        [](const auto& held) -> QVariant {
            using T = std::decay_t<decltype(held)>;
            if constexpr (std::is_same_v<T, std::string>)
                return QString::fromStdString(held);
            else if constexpr (std::is_same_v<T, std::int64_t>)
                return QVariant::fromValue<qlonglong>(held);
            else
                return held;
        },
        value);
}

namespace {

constexpr QColor wrong_colour(0xd0, 0x30, 0x30);

}

FieldSettings::FieldSettings(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("field_settings"));
    setAccessibleName(tr("Settings of the view"));
    auto* layout = new QVBoxLayout(this);
    auto* form = new QFormLayout;
    form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    layout->addLayout(form);
    const auto add_combo = [&](const char* name, const QString& text, const QString& help) {
        auto* combo = new QComboBox(this);
        combo->setObjectName(QLatin1String(name));
        combo->setToolTip(help);
        combo->setAccessibleName(QString(text).remove(QLatin1Char('&')));
        form->addRow(text, combo);
        connect(combo, &QComboBox::activated, this, &FieldSettings::changed);
        return combo;
    };
    target_ = add_combo("field_target", tr("Colours o&f"), tr("Whose colours and range are set here"));
    target_->addItems({tr("fields"), tr("difference")});
    disconnect(target_, &QComboBox::activated, this, &FieldSettings::changed);
    connect(target_, &QComboBox::activated, this, [this] {
        forget_bounds();
        show_colours();
    });
    map_ = add_combo("field_map", tr("M&ap"), tr("The colour map; automatic: diverging for fields of both signs"));
    map_->addItem(tr("automatic"), QString());
    for (const ColourMap& map : colour_maps()) map_->addItem(map.title, map.id);
    range_ = add_combo("field_range", tr("&Range"), tr("Which values take the ends of the colour map"));
    range_->addItems({tr("of all times"), tr("of this time"), tr("fixed")});
    low_ = add_bound(form, "field_low", tr("&Lowest"), tr("The value of the first colour; typing one fixes the range"));
    high_ =
        add_bound(form, "field_high", tr("&Highest"), tr("The value of the last colour; typing one fixes the range"));
    range_problem_ = new QLabel(this);
    range_problem_->setObjectName(QStringLiteral("field_range_problem"));
    range_problem_->setAccessibleName(tr("What is wrong with the range"));
    range_problem_->setWordWrap(true);
    range_problem_->setTextFormat(Qt::PlainText);
    range_problem_->hide();
    form->addRow(range_problem_);
    centred_ =
        add_check(form, "field_centred", tr("&Zero in the middle"), tr("Equal colours for equal distances from zero"));
    logarithmic_ = add_check(form, "field_log", tr("Lo&garithmic"),
                             tr("Colours by the logarithm; values <= 0 take the colour of NaN"));
    surface_ = add_check(form, "field_surface", tr("Height &surface"), tr("Show values as heights"));
    height_ = new QDoubleSpinBox(this);
    height_->setObjectName(QStringLiteral("field_height"));
    height_->setRange(0.02, 2);
    height_->setSingleStep(0.05);
    height_->setToolTip(tr("Height of a surface as a share of its width"));
    height_->setAccessibleName(tr("Height of a surface"));
    form->addRow(tr("H&eight"), height_);
    connect(height_, &QDoubleSpinBox::valueChanged, this, &FieldSettings::changed);
    smooth_ = add_check(form, "field_smooth", tr("S&mooth"), tr("Interpolate colours between the points"));
    difference_ = add_check(form, "field_difference", tr("&Difference"),
                            tr("Show the first field minus the second in a panel of its own"));
    absolute_ =
        add_check(form, "field_absolute", tr("S&ize of difference only"), tr("Show the difference without its sign"));
    overlay_ = add_check(form, "field_overlay", tr("&Overlay"), tr("Show these settings inside the picture, too"));
    live_ = new QGroupBox(tr("Live"), this);
    live_->setObjectName(QStringLiteral("field_live"));
    live_->setToolTip(tr("Parameters of the running experiment that can be changed while it runs"));
    live_->hide();
    layout->addWidget(live_);
    auto* nan = new QLabel(tr("<span style='color:#ff00c8'>&#9632;</span> not a number"), this);
    nan->setToolTip(tr("The colour of values that are NaN"));
    layout->addWidget(nan);
    layout->addStretch(1);
    set_style({});
}

QCheckBox* FieldSettings::add_check(QFormLayout* form, const char* name, const QString& text, const QString& help) {
    auto* check = new QCheckBox(text, this);
    check->setObjectName(QLatin1String(name));
    check->setToolTip(help);
    check->setAccessibleName(QString(text).remove(QLatin1Char('&')));
    form->addRow(check);
    connect(check, &QCheckBox::clicked, this, &FieldSettings::changed);
    return check;
}

QLineEdit* FieldSettings::add_bound(QFormLayout* form, const char* name, const QString& text, const QString& help) {
    auto* edit = new QLineEdit(this);
    edit->setObjectName(QLatin1String(name));
    edit->setToolTip(help);
    edit->setAccessibleName(QString(text).remove(QLatin1Char('&')));
    form->addRow(text, edit);
    connect(edit, &QLineEdit::editingFinished, this, [this, edit] {
        if (!edit->isModified()) return;
        edit->setModified(false);
        take_bounds();
    });
    return edit;
}

void FieldSettings::take_bounds() {
    const auto number = [](const QLineEdit* edit) {
        bool is_number = false;
        const double read = edit->text().toDouble(&is_number);
        return is_number && std::isfinite(read) ? std::optional(read) : std::nullopt;
    };
    const auto low = number(low_), high = number(high_);
    const QString problem = !low            ? tr("\"%1\" is not a number.").arg(low_->text())
                            : !high         ? tr("\"%1\" is not a number.").arg(high_->text())
                            : *low >= *high ? tr("The lowest value must be below the highest.")
                                            : QString();
    if (problem.isEmpty()) {
        range_->setCurrentIndex(static_cast<int>(RangeMode::fixed));
        colours().low = *low;
        colours().high = *high;
        changed();
        return;
    }
    unusable_ = true;
    range_problem_->setText(problem);
    range_problem_->show();
    QPalette colours = palette();
    colours.setColor(QPalette::WindowText, wrong_colour);
    range_problem_->setPalette(colours);
}

void FieldSettings::forget_bounds() {
    unusable_ = false;
    range_problem_->hide();
}

void FieldSettings::changed() {
    if (showing_) return;
    forget_bounds();
    ColourStyle& edited = colours();
    const RangeMode before = edited.range;
    edited.map = map_->currentData().toString();
    edited.range = static_cast<RangeMode>(range_->currentIndex());
    if (edited.range == RangeMode::fixed && before != RangeMode::fixed && !sender()->inherits("QLineEdit")) {
        edited.low = shown_low_[of_difference()];
        edited.high = shown_high_[of_difference()];
    }
    edited.centred = centred_->isChecked();
    edited.logarithmic = logarithmic_->isChecked();
    style_.surface = surface_->isChecked();
    style_.smooth = smooth_->isChecked();
    style_.difference = difference_->isChecked();
    style_.absolute = absolute_->isChecked();
    style_.overlay = overlay_->isChecked();
    style_.height = height_->value();
    Q_EMIT style_wanted(style_);
}

void FieldSettings::set_style(const FieldStyle& style) {
    if (style != style_) forget_bounds();
    style_ = style;
    showing_ = true;
    surface_->setChecked(style.surface);
    smooth_->setChecked(style.smooth);
    difference_->setChecked(style.difference);
    absolute_->setChecked(style.absolute);
    absolute_->setEnabled(style.difference);
    overlay_->setChecked(style.overlay);
    height_->setValue(style.height);
    height_->setEnabled(style.surface);
    showing_ = false;
    show_colours();
}

bool FieldSettings::of_difference() const { return target_->currentIndex() == 1; }

void FieldSettings::show_colours() {
    const ColourStyle& shown = colours();
    showing_ = true;
    map_->setCurrentIndex(std::max(0, map_->findData(shown.map)));
    range_->setCurrentIndex(static_cast<int>(shown.range));
    centred_->setChecked(shown.centred);
    logarithmic_->setChecked(shown.logarithmic);
    const auto show_bound = [this](QLineEdit* edit, double bound) {
        if (!unusable_ && !(edit->hasFocus() && edit->isModified())) edit->setText(QString::number(bound, 'g', 6));
    };
    show_bound(low_, shown_low_[of_difference()]);
    show_bound(high_, shown_high_[of_difference()]);
    showing_ = false;
}

void FieldSettings::set_shown_range(double low, double high, bool of_difference) {
    shown_low_[of_difference] = low;
    shown_high_[of_difference] = high;
    show_colours();
}

QWidget* FieldSettings::make_live(const Field& field, const Value& value) {
    const QString name = QString::fromStdString(field.name);
    const auto tell = [this, name](const QVariant& wanted) { Q_EMIT live_wanted(name, wanted); };
    if (field.type == FieldType::boolean) {
        auto* check = new QCheckBox(this);
        if (const bool* held = std::get_if<bool>(&value)) check->setChecked(*held);
        connect(check, &QCheckBox::clicked, this, tell);
        return check;
    }
    if (field.type == FieldType::choice) {
        auto* combo = new QComboBox(this);
        for (const auto& choice : field.choices) combo->addItem(QString::fromStdString(choice));
        combo->setCurrentText(QString::fromStdString(text_of(value)));
        connect(combo, &QComboBox::textActivated, this, tell);
        return combo;
    }
    auto* edit = new QLineEdit(QString::fromStdString(text_of(value)), this);
    connect(edit, &QLineEdit::editingFinished, this, [this, edit, field, name, tell] {
        if (!edit->isModified()) return;
        edit->setModified(false);
        Schema schema;
        schema.fields = {field};
        Problems problems;
        const Values read = schema.parse(std::vector{field.name + "=" + edit->text().toStdString()}, problems);
        if (problems.empty()) schema.check(read, problems);
        edit->setToolTip(problems.empty() ? QString::fromStdString(field.help)
                                          : QString::fromStdString(problems.begin()->line()));
        QPalette colours = palette();
        if (!problems.empty()) colours.setColor(QPalette::Text, wrong_colour);
        edit->setPalette(colours);
        if (problems.empty()) tell(variant_of(read.at(field.name)));
    });
    return edit;
}

void FieldSettings::set_live_fields(const std::vector<Field>& fields, const Values& values) {
    qDeleteAll(live_->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly));
    delete live_->layout();
    auto* form = new QFormLayout(live_);
    for (const Field& field : fields) {
        const auto found = values.find(field.name);
        QWidget* control = make_live(field, found == values.end() ? field.default_value : found->second);
        const QString name = QString::fromStdString(field.name);
        control->setObjectName(QStringLiteral("live_") + name);
        control->setAccessibleName(name);
        control->setToolTip(QString::fromStdString(field.help));
        const QString unit = QString::fromStdString(field.unit);
        form->addRow(unit.isEmpty() ? name : QStringLiteral("%1 (%2)").arg(name, unit), control);
    }
    live_->setVisible(!fields.empty());
}

} // namespace orrery::gui
