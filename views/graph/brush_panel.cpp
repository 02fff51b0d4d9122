// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/brush_panel.h"

#include "views/graph/prediction_bars.h"
#include "views/graph/spectrum_brush.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>

#include <cmath>
#include <limits>

namespace orrery::gui {

namespace {

const std::pair<const char*, const char*> properties[] = {
    {"connected", QT_TRANSLATE_NOOP("BrushPanel", "connected")},
    {"diameter", QT_TRANSLATE_NOOP("BrushPanel", "diameter")},
    {"radius", QT_TRANSLATE_NOOP("BrushPanel", "radius")},
    {"periphery", QT_TRANSLATE_NOOP("BrushPanel", "periphery")},
    {"average_shortest_path", QT_TRANSLATE_NOOP("BrushPanel", "average path")},
    {"algebraic_connectivity", QT_TRANSLATE_NOOP("BrushPanel", "algebraic connectivity")}};

QString number(double value) { return std::isnan(value) ? QStringLiteral("\u2013") : QString::number(value, 'g', 4); }

QString table_of(const BrushAnswer& answer) {
    QString rows;
    const bool is_empty = answer.question.stroke.low >= answer.question.stroke.high; // nothing is brushed yet
    for (const auto& [key, name] : properties) {
        const double before = answer.metric(std::string("properties/original/") + key);
        const double after = answer.metric(std::string("properties/augmented/") + key);
        if (is_empty) {
            rows += QStringLiteral("<tr><td>%1&nbsp;&nbsp;</td><td align=right>%2</td></tr>")
                        .arg(BrushPanel::tr(name), number(before));
            continue;
        }
        const bool same = before == after || (std::isnan(before) && std::isnan(after));
        const QString now = same ? number(after) : QStringLiteral("<b>%1</b>").arg(number(after));
        rows += QStringLiteral("<tr><td>%1&nbsp;&nbsp;</td><td align=right>%2</td><td>&nbsp;\u2192&nbsp;</td>"
                               "<td align=right>%3</td></tr>")
                    .arg(BrushPanel::tr(name), number(before), now);
    }
    if (!is_empty)
        rows += QStringLiteral("<tr><td>%1&nbsp;&nbsp;</td><td colspan=3 align=right>%2</td></tr>")
                    .arg(BrushPanel::tr("drift outside of the band"), number(answer.metric("spectrum/low_drift")));
    return QStringLiteral("<table cellspacing=0>%1</table>").arg(rows);
}

QString edits_of(const BrushAnswer& answer) {
    const double added = answer.metric("added"), removed = answer.metric("removed");
    if (answer.question.stroke.low >= answer.question.stroke.high)
        return BrushPanel::tr("Drag over the eigenvalues that are to change.");
    if (added + removed == 0) {
        if (answer.question.stroke.output == BrushStroke::Output::weighted)
            return BrushPanel::tr("No weight crosses 1/2.");
        return BrushPanel::tr("No edge changes: entries have to move by 1/2.");
    }
    return BrushPanel::tr("Edges: %1 come, %2 go (%3 %).")
        .arg(number(added), number(removed), QString::number(100 * answer.metric("edit_rate"), 'f', 1));
}

} // namespace

BrushPanel::BrushPanel(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("brush_panel"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 2, 10, 2);
    layout->setSpacing(3);
    make_controls();
    layout->addWidget(controls_);
    auto* row = new QHBoxLayout;
    row->setSpacing(12);
    layout->addLayout(row, 1);
    auto* left = new QVBoxLayout;
    left->setSpacing(2);
    row->addLayout(left, 3);
    spectrum_ = new SpectrumBrush(this);
    left->addWidget(spectrum_, 1);
    note_ = new QLabel(this);
    note_->setObjectName(QStringLiteral("brush_note"));
    note_->setAccessibleName(tr("What the brush does to the edges"));
    note_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    left->addWidget(note_);
    auto* right = new QVBoxLayout;
    row->addLayout(right, 2);
    facts_ = new QLabel(this);
    facts_->setObjectName(QStringLiteral("brush_properties"));
    facts_->setAccessibleName(tr("Properties before and after"));
    facts_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    facts_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    right->addWidget(facts_);
    bars_ = new PredictionBars(this);
    right->addWidget(bars_, 1);
    connect(spectrum_, &SpectrumBrush::band_moved, this, &BrushPanel::changed);
    set_stroke({});
    begin(std::nullopt);
}

void BrushPanel::add(QWidget* widget, const QString& text) {
    auto* label = new QLabel(text, controls_);
    label->setBuddy(widget);
    auto* row = static_cast<QHBoxLayout*>(controls_->layout());
    row->addWidget(label);
    row->addWidget(widget);
}

QComboBox* BrushPanel::add_box(const char* name, const QString& text, const QString& help) {
    auto* box = new QComboBox(controls_);
    box->setObjectName(QLatin1String(name));
    box->setAccessibleName(QString(text).remove(QLatin1Char('&')));
    box->setToolTip(help);
    add(box, text);
    connect(box, &QComboBox::activated, this, &BrushPanel::changed);
    return box;
}

void BrushPanel::make_controls() {
    controls_ = new QWidget(this);
    auto* row = new QHBoxLayout(controls_);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    change_ = add_box("brush_change", tr("C&hange"), tr("What becomes of the eigenvalues in the band"));
    change_->addItem(tr("noise"), QStringLiteral("noise"));
    change_->addItem(tr("mask"), QStringLiteral("mask"));
    change_->addItem(tr("scale"), QStringLiteral("scale"));
    const auto spin = [&](const char* name, const QString& label, const QString& text, const QString& help,
                          double least, double most, double step) {
        auto* box = new QDoubleSpinBox(controls_);
        box->setObjectName(QLatin1String(name));
        box->setAccessibleName(text);
        box->setToolTip(help);
        box->setRange(least, most);
        box->setSingleStep(step);
        add(box, label);
        connect(box, &QDoubleSpinBox::valueChanged, this, &BrushPanel::changed);
        return box;
    };
    std_ = spin("brush_std", tr("Std"), tr("Standard deviation of the noise"),
                tr("Standard deviation of what is added to each eigenvalue"), 0, 1000, 0.25);
    factor_ = spin("brush_factor", tr("by"), tr("Factor"), tr("What the eigenvalues are multiplied by"), 0, 1000, 0.1);
    output_ = add_box("brush_output", tr("&Edges"), tr("How the changed matrix becomes a graph"));
    output_->addItem(tr("above 1/2"), static_cast<int>(BrushStroke::Output::threshold));
    output_->addItem(tr("as many as before"), static_cast<int>(BrushStroke::Output::top_m));
    output_->addItem(tr("by edit rate"), static_cast<int>(BrushStroke::Output::matched));
    output_->addItem(tr("weighted"), static_cast<int>(BrushStroke::Output::weighted));
    edit_rate_ =
        spin("brush_edit_rate", tr("Rate"), tr("Edit rate"),
             tr("Edges that come or go, in percent of the edges: all changes are scaled until they fit"), 1, 100, 1);
    edit_rate_->setSuffix(QStringLiteral(" %"));
    edit_rate_->setDecimals(0);
    seed_ = new QSpinBox(controls_);
    seed_->setObjectName(QStringLiteral("brush_seed"));
    seed_->setAccessibleName(tr("Seed"));
    seed_->setToolTip(tr("Of the noise: the same seed draws the same numbers"));
    seed_->setRange(0, std::numeric_limits<int>::max());
    add(seed_, tr("Seed"));
    connect(seed_, &QSpinBox::valueChanged, this, &BrushPanel::changed);
    classifier_ = add_box("brush_classifier", tr("Class&ifier"),
                          tr("Which finished run of graph.classify says what class the graphs have"));
    classifier_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    classifier_->setMinimumContentsLength(12);
    row->addStretch(1);
    keep_ = new QPushButton(tr("Keep"), controls_);
    keep_->setObjectName(QStringLiteral("brush_keep"));
    keep_->setToolTip(tr("Keep the changed graph in this view; it can be undone"));
    row->addWidget(keep_);
    connect(keep_, &QPushButton::clicked, this, &BrushPanel::keep_wanted);
    set_classifiers({});
    // Rows of the panel may be narrower than all of them.
    controls_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
}

void BrushPanel::fit_controls() {
    const auto show = [this](QWidget* widget, bool shown) {
        widget->setVisible(shown);
        for (auto* label : controls_->findChildren<QLabel*>())
            if (label->buddy() == widget) label->setVisible(shown);
    };
    const QString change = change_->currentData().toString();
    show(std_, change == QStringLiteral("noise"));
    show(factor_, change == QStringLiteral("scale"));
    seed_->setEnabled(change == QStringLiteral("noise"));
    show(edit_rate_, output_->currentData().toInt() == static_cast<int>(BrushStroke::Output::matched));
}

void BrushPanel::set_classifiers(const std::vector<Classifier>& classifiers) {
    if (classifiers == classifiers_ && classifier_->count() > 0) return;
    const QString before = classifier_->currentData().toString();
    classifiers_ = classifiers;
    classifier_->clear();
    classifier_->addItem(classifiers.empty() ? tr("none") : tr("newest that fits"), QString());
    for (const Classifier& one : classifiers) classifier_->addItem(one.label, one.file);
    classifier_->setCurrentIndex(std::max(0, classifier_->findData(before)));
    classifier_->setEnabled(!classifiers.empty());
}

QStringList BrushPanel::models() const {
    constexpr int most = 8; // files that are opened to find one that fits
    const QString chosen = classifier_->currentData().toString();
    if (!chosen.isEmpty()) return {chosen};
    QStringList files;
    for (const Classifier& one : classifiers_)
        if (files.size() < most) files << one.file;
    return files;
}

BrushStroke BrushPanel::stroke() const {
    BrushStroke stroke;
    std::tie(stroke.low, stroke.high) = spectrum_->band();
    stroke.change = change_->currentData().toString();
    stroke.std = std_->value();
    stroke.factor = factor_->value();
    stroke.output = static_cast<BrushStroke::Output>(output_->currentData().toInt());
    stroke.edit_rate = edit_rate_->value() / 100;
    stroke.seed = seed_->value();
    return stroke;
}

void BrushPanel::set_stroke(const BrushStroke& stroke) {
    filling_ = true;
    spectrum_->set_band({stroke.low, stroke.high});
    change_->setCurrentIndex(std::max(0, change_->findData(stroke.change)));
    std_->setValue(stroke.std);
    factor_->setValue(stroke.factor);
    output_->setCurrentIndex(output_->findData(static_cast<int>(stroke.output)));
    edit_rate_->setValue(100 * stroke.edit_rate);
    seed_->setValue(static_cast<int>(std::min<std::int64_t>(stroke.seed, std::numeric_limits<int>::max())));
    filling_ = false;
    fit_controls();
    update_keep();
}

void BrushPanel::begin(const std::optional<BrushStroke>& kept) {
    BrushStroke stroke = this->stroke();
    stroke.low = stroke.high = 0;
    spectrum_->set_spectrum({});
    kept_ = kept;
    set_stroke(kept.value_or(stroke));
    facts_->clear();
    note_->setText(tr("Computing the spectrum ..."));
    bars_->set({}, {});
}

void BrushPanel::set_kept(const std::optional<BrushStroke>& kept) {
    kept_ = kept;
    BrushStroke stroke = this->stroke();
    stroke.low = stroke.high = 0;
    set_stroke(kept.value_or(stroke));
}

void BrushPanel::changed() {
    if (filling_) return;
    fit_controls();
    update_keep();
    Q_EMIT stroke_changed();
}

// An empty band is nothing to keep, unless it takes away what was kept.
void BrushPanel::update_keep() {
    const BrushStroke now = stroke();
    const bool empty = now.low >= now.high;
    keep_->setEnabled(kept_ ? now.text() != kept_->text() : !empty);
    keep_->setText(kept_ && empty ? tr("Keep nothing") : tr("Keep"));
}

void BrushPanel::show_answer(const BrushAnswer& answer) {
    spectrum_->set_spectrum(answer.eigenvalues);
    spectrum_->set_changed(answer.changed);
    facts_->setText(table_of(answer));
    note_->setText(edits_of(answer));
    note_->setToolTip(tr("%1\nAnswered in %2 ms").arg(note_->text(), QString::number(answer.milliseconds, 'f', 1)));
    show_prediction(answer);
    update_keep();
}

void BrushPanel::show_prediction(const BrushAnswer& answer) {
    if (!answer.classes.empty()) {
        const auto files = answer.question.models;
        const auto model = static_cast<qsizetype>(answer.metric("prediction/model"));
        QString by;
        for (const Classifier& one : classifiers_)
            if (model < files.size() && one.file == files[model]) by = one.label;
        return bars_->set(answer.classes, tr("Classes by %1").arg(by));
    }
    bars_->set({}, answer.remark.isEmpty() ? tr("No prediction: this project has no finished run of graph.classify.")
                                           : tr("No prediction. %1").arg(answer.remark));
}

void BrushPanel::show_problem(const QString& problem) {
    note_->setText(problem);
    note_->setToolTip(problem);
}

} // namespace orrery::gui
