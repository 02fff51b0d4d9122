// SPDX-License-Identifier: GPL-3.0-or-later
// Edits the specification of a saved figure, with a picture of it as it would be.
#pragma once
#include "core/figure/figure.h"
#include "core/records.h"
#include "views/form/parameter_form.h"
#include "views/gallery/thumbnails.h"

#include <QDialog>
#include <QTimer>

class QDialogButtonBox;
class QLabel;
class QLineEdit;

namespace orrery::gui {

class FigureEditor : public QDialog {
    Q_OBJECT
public:
    FigureEditor(const FigureRow& figure, const QString& project_folder, QWidget* parent = nullptr);

    QString name() const;
    QString specification() const; // JSON

private:
    nlohmann::json edited(Problems& problems) const;
    void changed();
    void show_picture(const QImage& picture, const QString& problem);

    nlohmann::json given_;
    QLineEdit *name_ = nullptr, *metrics_ = nullptr;
    ParameterForm* form_ = nullptr;
    QLabel *preview_ = nullptr, *problem_ = nullptr;
    QDialogButtonBox* buttons_ = nullptr;
    Thumbnails* thumbnails_ = nullptr;
    QTimer rest_; // since the last change
};

} // namespace orrery::gui
