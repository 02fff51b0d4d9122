// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/gallery/export_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>

namespace orrery::gui {

namespace {

// A name that any file system takes.
QString file_name(QString name) {
    for (QChar& c : name)
        if (!c.isLetterOrNumber() && c != QLatin1Char('-') && c != QLatin1Char('.')) c = QLatin1Char('_');
    return name.left(80);
}

} // namespace

ExportDialog::ExportDialog(const QString& name, const QString& specification, QWidget* parent)
    : QDialog(parent), figure_(Figure::from_json(nlohmann::json::parse(specification.toStdString()))) {
    setObjectName(QStringLiteral("export_dialog"));
    setWindowTitle(tr("Export figure"));
    auto* layout = new QFormLayout(this);
    const auto add = [&](auto* widget, const char* id, const QString& label, const QString& help) {
        widget->setObjectName(QLatin1String(id));
        widget->setAccessibleName(QString(label).remove(QLatin1Char('&')));
        widget->setToolTip(help);
        layout->addRow(label, widget);
        return widget;
    };
    const auto number = [&](const char* id, const QString& label, const QString& help, double value, const char* entry,
                            const QString& suffix) {
        const Field& field = *figure_schema().find(entry);
        auto* box = add(new QDoubleSpinBox(this), id, label, help);
        box->setDecimals(1);
        box->setRange(*field.min, *field.max);
        box->setValue(value);
        box->setSuffix(suffix);
        return box;
    };
    form_ =
        add(new QComboBox(this), "export_form", tr("&Form"), tr("SVG and PDF are sharp at any size; PNG has pixels"));
    form_->addItem(tr("PDF"), QStringLiteral(".pdf"));
    form_->addItem(tr("SVG"), QStringLiteral(".svg"));
    form_->addItem(tr("PNG"), QStringLiteral(".png"));
    preset_ = add(new QComboBox(this), "export_preset", tr("&Preset"), tr("Size and font of a journal's column"));
    preset_->addItem(tr("As saved"), QString());
    preset_->addItem(tr("One column (85 mm)"), QStringLiteral("one-column"));
    preset_->addItem(tr("Two columns (180 mm)"), QStringLiteral("two-columns"));
    preset_->addItem(tr("Slide (16:9)"), QStringLiteral("slide"));
    width_ = number("export_width", tr("&Width"), tr("Exact in SVG; in PDF to the nearest point"), figure_.width_mm,
                    "width_mm", tr(" mm"));
    height_ = number("export_height", tr("&Height"), tr("0: what suits the width"), figure_.height_mm, "height_mm",
                     tr(" mm"));
    height_->setSpecialValueText(tr("by the width"));
    font_size_ = number("export_font_size", tr("F&ont size"), tr("Of labels; numbers are a tenth smaller"),
                        figure_.font_size, "font_size", tr(" pt"));
    dpi_ = add(new QSpinBox(this), "export_dpi", tr("&Dots an inch"), tr("Of PNG, and of pictures inside SVG and PDF"));
    dpi_->setRange(20, 2400);
    dpi_->setValue(static_cast<int>(figure_.dpi));
    const bool maps = figure_has(figure_.kind, "colour_map");
    colours_ = add(new QComboBox(this), "export_colours", maps ? tr("&Colour map") : tr("&Palette"),
                   tr("All palettes can be told apart with any colour vision"));
    if (maps) {
        colours_->addItem(tr("automatic"), QStringLiteral("auto"));
        for (const auto& map : colour_map_names())
            colours_->addItem(QString::fromStdString(map), QString::fromStdString(map));
    } else {
        for (const auto& each : palettes())
            colours_->addItem(QString::fromStdString(each.title), QString::fromStdString(each.name));
    }
    colours_->setCurrentIndex(colours_->findData(QString::fromStdString(maps ? figure_.colour_map : figure_.palette)));
    transparent_ = add(new QCheckBox(this), "export_transparent", tr("&Transparent"), tr("Without a background"));
    transparent_->setChecked(figure_.background == "transparent");
    auto* row = new QWidget(this);
    auto* in_row = new QHBoxLayout(row);
    in_row->setContentsMargins(0, 0, 0, 0);
    path_ = new QLineEdit(row);
    path_->setObjectName(QStringLiteral("export_path"));
    path_->setAccessibleName(tr("File"));
    path_->setToolTip(tr("File to write; the data and where they came from are written beside it"));
    path_->setMinimumWidth(280);
    const QString folder = QSettings().value(QStringLiteral("last_export_folder"), QDir::homePath()).toString();
    path_->setText(QDir(folder).filePath(file_name(name)) + form_->currentData().toString());
    auto* browse = new QPushButton(tr("Browse..."), row);
    browse->setObjectName(QStringLiteral("export_browse"));
    browse->setToolTip(tr("Choose the file"));
    in_row->addWidget(path_, 1);
    in_row->addWidget(browse);
    layout->addRow(tr("F&ile"), row);
    problem_ = new QLabel(this);
    problem_->setObjectName(QStringLiteral("export_problem"));
    problem_->setWordWrap(true);
    layout->addRow(problem_);
    buttons_ = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    buttons_->addButton(tr("Export"), QDialogButtonBox::AcceptRole)->setDefault(true);
    layout->addRow(buttons_);
    connect(buttons_, &QDialogButtonBox::accepted, this, [this] {
        QSettings().setValue(QStringLiteral("last_export_folder"), QFileInfo(path()).absolutePath());
        accept();
    });
    connect(buttons_, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(browse, &QPushButton::clicked, this, &ExportDialog::choose_file);
    connect(preset_, &QComboBox::activated, this, &ExportDialog::apply_preset);
    connect(form_, &QComboBox::activated, this, [this] { path_->setText(path()); });
    for (QDoubleSpinBox* box : {width_, height_, font_size_})
        connect(box, &QDoubleSpinBox::valueChanged, this, &ExportDialog::check);
    connect(dpi_, &QSpinBox::valueChanged, this, &ExportDialog::check);
    connect(path_, &QLineEdit::textChanged, this, &ExportDialog::check);
    check();
}

QString ExportDialog::path() const {
    QString path = path_->text().trimmed();
    for (int i = 0; i < form_->count(); ++i)
        if (const QString ending = form_->itemData(i).toString(); path.endsWith(ending, Qt::CaseInsensitive))
            path.chop(ending.size());
    return path + form_->currentData().toString();
}

void ExportDialog::choose_file() {
    const QString chosen = QFileDialog::getSaveFileName(this, windowTitle(), path(), tr("Figures (*.pdf *.svg *.png)"),
                                                        nullptr, QFileDialog::DontConfirmOverwrite);
    if (chosen.isEmpty()) return;
    for (int i = 0; i < form_->count(); ++i)
        if (chosen.endsWith(form_->itemData(i).toString(), Qt::CaseInsensitive)) form_->setCurrentIndex(i);
    path_->setText(chosen);
    path_->setText(path());
}

void ExportDialog::apply_preset() {
    const QString preset = preset_->currentData().toString();
    const Figure as = preset.isEmpty() ? figure_ : figure_.with({{"preset", preset.toStdString()}});
    width_->setValue(as.width_mm);
    height_->setValue(as.height_mm);
    font_size_->setValue(as.font_size);
}

nlohmann::json ExportDialog::entries() const {
    auto entries = nlohmann::json::object();
    const std::string preset = preset_->currentData().toString().toStdString();
    const Figure as = preset.empty() ? figure_ : figure_.with({{"preset", preset}});
    if (!preset.empty()) entries["preset"] = preset;
    const auto put = [&](const char* name, double value, double was) {
        if (std::abs(value - was) > 0.04) entries[name] = value;
    };
    put("width_mm", width_->value(), as.width_mm);
    put("height_mm", height_->value(), as.height_mm);
    put("font_size", font_size_->value(), as.font_size);
    if (dpi_->value() != figure_.dpi) entries["dpi"] = dpi_->value();
    const std::string colours = colours_->currentData().toString().toStdString();
    const bool maps = figure_has(figure_.kind, "colour_map");
    if (colours != (maps ? figure_.colour_map : figure_.palette)) entries[maps ? "colour_map" : "palette"] = colours;
    const std::string background = transparent_->isChecked() ? "transparent" : "white";
    if (background != figure_.background) entries["background"] = background;
    return entries;
}

QString ExportDialog::changes() const {
    const auto changed = entries();
    return changed.empty() ? QString() : QString::fromStdString(changed.dump());
}

void ExportDialog::check() {
    QString problem;
    try {
        (void)figure_.with(entries());
        if (path_->text().trimmed().isEmpty()) problem = tr("Name the file.");
    } catch (const Error& error) {
        problem = QString::fromUtf8(error.what());
    }
    problem_->setText(problem);
    problem_->setVisible(!problem.isEmpty());
    for (QAbstractButton* button : buttons_->buttons())
        if (buttons_->buttonRole(button) == QDialogButtonBox::AcceptRole) button->setEnabled(problem.isEmpty());
}

} // namespace orrery::gui
