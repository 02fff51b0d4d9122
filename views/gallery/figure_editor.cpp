// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/gallery/figure_editor.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

#include <algorithm>

namespace orrery::gui {

namespace {

constexpr QSize preview_size(460, 380);
constexpr int rest_ms = 400;

// The scalar entries of that kind of figure, as a form shows parameters.
Declaration declaration_of(const std::string& kind) {
    Declaration declaration;
    declaration.id = "figure";
    declaration.title = "Figure";
    for (const Field& field : figure_schema().fields)
        // A preset stands for a size and a font, which the form has themselves.
        if (field.name != "kind" && field.name != "sweep" && field.name != "preset" && figure_has(kind, field.name))
            declaration.schema.fields.push_back(field);
    return declaration;
}

} // namespace

FigureEditor::FigureEditor(const FigureRow& figure, const QString& project_folder, QWidget* parent)
    : QDialog(parent), given_(Figure::from_json(nlohmann::json::parse(figure.specification)).to_json()),
      thumbnails_(new Thumbnails(this)) {
    setObjectName(QStringLiteral("figure_editor"));
    setWindowTitle(tr("Figure: %1").arg(QString::fromStdString(figure.name)));
    name_ = new QLineEdit(QString::fromStdString(figure.name), this);
    name_->setObjectName(QStringLiteral("figure_name"));
    name_->setAccessibleName(tr("Name of the figure"));
    name_->setToolTip(tr("Under another name it is saved as another figure"));
    QStringList metrics;
    for (const auto& key : given_.value("metrics", std::vector<std::string>())) metrics << QString::fromStdString(key);
    metrics_ = new QLineEdit(metrics.join(QStringLiteral(", ")), this);
    metrics_->setObjectName(QStringLiteral("figure_metrics"));
    metrics_->setAccessibleName(tr("Metrics"));
    metrics_->setToolTip(tr("Keys of metrics, with commas between them"));
    auto* head = new QFormLayout;
    head->addRow(tr("&Name"), name_);
    if (given_.contains("metrics"))
        head->addRow(tr("&Metrics"), metrics_);
    else
        metrics_->hide();
    form_ = new ParameterForm(this);
    form_->hide_presets();
    const auto declaration = declaration_of(given_.at("kind"));
    form_->set_declaration(declaration);
    QStringList assignments;
    for (const Field& field : declaration.schema.fields)
        if (const auto& value = given_.at(field.name); value != json_of(field.default_value))
            assignments << QString::fromStdString(field.name + "=" +
                                                  (value.is_string() ? value.get<std::string>() : value.dump()));
    form_->set_assignments(assignments);
    form_->setMinimumWidth(330);
    preview_ = new QLabel(tr("Is being drawn..."), this);
    preview_->setObjectName(QStringLiteral("figure_preview"));
    preview_->setAlignment(Qt::AlignCenter);
    preview_->setFixedSize(preview_size);
    preview_->setWordWrap(true);
    problem_ = new QLabel(this);
    problem_->setObjectName(QStringLiteral("figure_problem"));
    problem_->setWordWrap(true);
    buttons_ = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel, this);
    auto* left = new QVBoxLayout;
    left->addLayout(head);
    left->addWidget(form_, 1);
    auto* right = new QVBoxLayout;
    right->addWidget(preview_);
    right->addWidget(problem_);
    right->addStretch();
    right->addWidget(buttons_);
    auto* layout = new QHBoxLayout(this);
    layout->addLayout(left, 1);
    layout->addLayout(right);
    resize(920, 620);
    connect(buttons_, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons_, &QDialogButtonBox::rejected, this, &QDialog::reject);
    rest_.setSingleShot(true);
    rest_.setInterval(rest_ms);
    connect(&rest_, &QTimer::timeout, this, [this] {
        Problems problems;
        const auto json = edited(problems);
        if (problems.empty()) thumbnails_->request(QStringLiteral("preview"), QString::fromStdString(json.dump()), {});
    });
    connect(form_, &ParameterForm::changed, this, &FigureEditor::changed);
    connect(name_, &QLineEdit::textChanged, this, &FigureEditor::changed);
    connect(metrics_, &QLineEdit::textChanged, this, &FigureEditor::changed);
    thumbnails_->set_project(project_folder);
    connect(thumbnails_, &Thumbnails::made, this,
            [this](const QString&, const QImage& picture, const QString& problem) { show_picture(picture, problem); });
    changed();
}

QString FigureEditor::name() const { return name_->text().trimmed(); }

nlohmann::json FigureEditor::edited(Problems& problems) const {
    auto json = given_;
    std::vector<std::string> assignments;
    for (const QString& assignment : form_->assignments()) assignments.push_back(assignment.toStdString());
    const auto& schema = form_->declaration().schema;
    const auto values = schema.parse(assignments, problems);
    for (const auto& [name, value] : values) json[name] = json_of(value);
    if (json.contains("metrics")) {
        json["metrics"] = nlohmann::json::array();
        for (const QString& key : metrics_->text().split(QLatin1Char(','), Qt::SkipEmptyParts))
            json["metrics"].push_back(key.trimmed().toStdString());
    }
    if (problems.empty()) json = Figure::from_json(json, problems).to_json();
    return json;
}

QString FigureEditor::specification() const {
    Problems ignored; // the button is off while there are any
    return QString::fromStdString(edited(ignored).dump());
}

void FigureEditor::changed() {
    Problems problems;
    edited(problems);
    QString text;
    for (const Problem& problem : problems) text += QString::fromStdString(problem.line()) + QLatin1Char('\n');
    if (name().isEmpty()) text += tr("The figure has no name.");
    problem_->setText(text.trimmed());
    buttons_->button(QDialogButtonBox::Save)->setEnabled(text.isEmpty() && form_->is_valid() && !form_->is_sweep());
    if (problems.empty()) rest_.start();
}

void FigureEditor::show_picture(const QImage& picture, const QString& problem) {
    if (picture.isNull()) return preview_->setText(problem);
    const double ratio = devicePixelRatioF();
    QPixmap shown =
        QPixmap::fromImage(picture.scaled(preview_size * ratio, Qt::KeepAspectRatio, Qt::SmoothTransformation));
    shown.setDevicePixelRatio(ratio);
    preview_->setPixmap(shown);
}

} // namespace orrery::gui
