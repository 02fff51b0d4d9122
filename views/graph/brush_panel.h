// SPDX-License-Identifier: GPL-3.0-or-later
// The spectrum brush with what belongs to it: the band, its change, the edges that come of it, properties before and
// after, and what a classifier says.
#pragma once
#include "views/graph/brush_worker.h"

#include <QWidget>

#include <vector>

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace orrery::gui {

class PredictionBars;
class SpectrumBrush;

// A model that a run of graph.classify has made.
struct Classifier {
    QString run, label, file; // label: of the run
    bool operator==(const Classifier&) const = default;
};

class BrushPanel : public QWidget {
    Q_OBJECT
public:
    explicit BrushPanel(QWidget* parent = nullptr);

    // The newest first.
    void set_classifiers(const std::vector<Classifier>& classifiers);
    // Whose files are asked in turn: the chosen one, or all.
    QStringList models() const;

    // Another graph: its spectrum isn't known yet. `kept`: what the view keeps of it.
    void begin(const std::optional<BrushStroke>& kept);
    void set_kept(const std::optional<BrushStroke>& kept);
    BrushStroke stroke() const;
    void set_stroke(const BrushStroke& stroke);

    void show_answer(const BrushAnswer& answer);
    void show_problem(const QString& problem);

    SpectrumBrush* spectrum() { return spectrum_; }
    PredictionBars* bars() { return bars_; }

Q_SIGNALS:
    void stroke_changed(); // by the user, or the classifier was
    void keep_wanted();

private:
    QComboBox* add_box(const char* name, const QString& text, const QString& help);
    void add(QWidget* widget, const QString& text);
    void make_controls();
    void fit_controls(); // those that the choice needs
    void changed();
    void update_keep();
    void show_prediction(const BrushAnswer& answer);

    QWidget* controls_ = nullptr;
    SpectrumBrush* spectrum_ = nullptr;
    PredictionBars* bars_ = nullptr;
    QComboBox *change_ = nullptr, *output_ = nullptr, *classifier_ = nullptr;
    QDoubleSpinBox *std_ = nullptr, *factor_ = nullptr, *edit_rate_ = nullptr;
    QSpinBox* seed_ = nullptr;
    QLabel *facts_ = nullptr, *note_ = nullptr;
    QPushButton* keep_ = nullptr;
    std::vector<Classifier> classifiers_;
    std::optional<BrushStroke> kept_;
    bool filling_ = false;
};

} // namespace orrery::gui
