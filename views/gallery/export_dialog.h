// SPDX-License-Identifier: GPL-3.0-or-later
// Asks how a figure is to be exported: form, size, dots an inch, colours, background and file.
#pragma once
#include "core/figure/figure.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QDialogButtonBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace orrery::gui {

class ExportDialog : public QDialog {
    Q_OBJECT
public:
    // `name`: what the file is called at first; `specification`: JSON.
    ExportDialog(const QString& name, const QString& specification, QWidget* parent = nullptr);

    QString path() const;    // with the ending of the form
    QString changes() const; // entries that differ from the specification, as JSON

private:
    void choose_file();
    void apply_preset();
    void check();
    nlohmann::json entries() const;

    Figure figure_;
    QComboBox *form_ = nullptr, *preset_ = nullptr, *colours_ = nullptr;
    QDoubleSpinBox *width_ = nullptr, *height_ = nullptr, *font_size_ = nullptr;
    QSpinBox* dpi_ = nullptr;
    QCheckBox* transparent_ = nullptr;
    QLineEdit* path_ = nullptr;
    QLabel* problem_ = nullptr;
    QDialogButtonBox* buttons_ = nullptr;
};

} // namespace orrery::gui
