// SPDX-License-Identifier: GPL-3.0-or-later
// 2-D fields over time, side by side: the view of artifacts of kind `field` and of live frames.
#pragma once
#include "views/field/field_canvas.h"
#include "views/field/field_reader.h"
#include "views/field/field_settings.h"

#include <QTimer>
#include <QWidget>

#include <map>
#include <memory>
#include <vector>

class QCheckBox;
class QComboBox;
class QLabel;
class QScrollArea;
class QSlider;
class QToolButton;

namespace orrery::gui {

class PlotCanvas;

class FieldView : public QWidget {
    Q_OBJECT
public:
    // Sets what OpenGL views need of Qt; to be called once, before the QApplication is made.
    static void prepare_application();
    // Whether OpenGL 3.2 works here; `why` gets the version and the driver, or what is missing. Where it doesn't, a
    // FieldView shows that sentence instead of pictures.
    static bool is_possible(QString* why);

    explicit FieldView(QWidget* parent = nullptr);
    ~FieldView() override;

    // Side by side, with one camera and one slider; read on a thread of its own.
    void set_sources(const std::vector<FieldSource>& sources);
    // A live frame, array [nx, ny]: its panel is found, or made, by the label.
    void show_frame(const QString& label, const Array& array, double time);
    void clear_frames();
    // What the overlay and the settings offer to change in the running experiment.
    void set_live_fields(const std::vector<Field>& fields, const Values& values);

    const FieldStyle& style_of_fields() const { return style_; }
    void set_style_of_fields(const FieldStyle& style);
    void set_step(int step); // of the slider
    int step() const;
    int steps() const { return static_cast<int>(times_.size()); }
    void play(bool on);
    FieldCanvas* canvas() { return canvas_; } // null where OpenGL doesn't work
    QString probe_text() const;

    // Camera, colours, ranges; not the sources.
    QByteArray save_state() const;
    void restore_state(const QByteArray& state);

Q_SIGNALS:
    void live_changed(QString field, QVariant value);
    void profile_taken(std::vector<double> place, std::vector<double> value);
    void state_changed();
    void shown(); // fields that were asked for are on the screen's way

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    struct Shown { // a panel's data
        QString label, problem;
        Grid grid;
        FieldRange range; // of all times that are known
        double time = 0;
    };
    void make_bar();
    void make_time_row();
    QToolButton* add_button(QWidget* row, const char* name, const QString& text, const QString& help);
    void user_style(const FieldStyle& style);
    void sources_opened(const std::vector<OpenedSource>& opened);
    void fields_read(double time, const std::vector<ReadField>& fields);
    void ranges_known(const std::vector<FieldRange>& ranges);
    void schedule();
    void refresh();
    FieldPanel panel_of(const Shown& shown, const FieldRange& all) const;
    void show_probe();
    void show_time();
    void take_profile(std::size_t panel);
    void profile_along(bool x);
    void advance();
    void draw_overlay();
    void draw_live_overlay();

    FieldCanvas* canvas_ = nullptr;
    FieldReader* reader_ = nullptr;
    std::vector<FieldSource> sources_;
    std::vector<Shown> read_, frames_;
    std::vector<double> times_;
    FieldStyle style_;
    std::vector<Field> live_fields_;
    Values live_values_;
    std::pair<Grid, Grid> differed_; // what the difference was made of
    Shown difference_;

    QComboBox* dataset_ = nullptr;
    FieldSettings* settings_ = nullptr;
    QScrollArea* settings_area_ = nullptr;
    QLabel *hint_ = nullptr, *time_label_ = nullptr, *probe_label_ = nullptr;
    QWidget *bar_ = nullptr, *time_row_ = nullptr;
    QToolButton *play_ = nullptr, *settings_button_ = nullptr;
    QCheckBox* loop_ = nullptr;
    QSlider* slider_ = nullptr;
    PlotCanvas* profile_ = nullptr;
    QTimer play_timer_, refresh_timer_;
    bool waiting_ = false; // for the reader
};

} // namespace orrery::gui
