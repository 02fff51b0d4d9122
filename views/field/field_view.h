// SPDX-License-Identifier: GPL-3.0-or-later
// 2-D fields over time, side by side: the view of artifacts of kind `field` and of live frames.
#pragma once
#include "core/figure/figure.h"
#include "views/field/field_canvas.h"
#include "views/field/field_frames.h"
#include "views/field/field_reader.h"
#include "views/field/field_settings.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

#include <map>
#include <memory>
#include <optional>
#include <tuple>
#include <vector>

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

    // Of these, the view shows one channel (the datasets of one name) side by side, with one camera and one slider; a
    // run's own "reference" beside its prediction. They are read on a thread of their own.
    void set_sources(const std::vector<FieldSource>& sources);
    // A live frame, array [nx, ny], of a run that goes on: its panel is found, or made, by run and channel. It becomes
    // a picture on another thread; of several frames the newest wins.
    struct LiveFrame {
        QString run, channel, label; // label: of the run
        Array array;
        double step = 0;
    };
    void show_frame(const LiveFrame& frame);
    void keep_frames(const QStringList& runs); // those of other runs are removed
    // How many of the selected runs are looked into for fields, and whether the artifacts of one were removed: said
    // where it explains what is not seen.
    void set_looked_into(qsizetype runs, qsizetype of, bool removed);
    // What the overlay and the settings offer to change in the running experiment.
    void set_live_fields(const std::vector<Field>& fields, const Values& values);

    const FieldStyle& style_of_fields() const { return style_; }
    void set_style_of_fields(const FieldStyle& style);
    // Id of a colour map, or empty: one that suits the signs. Returns the one before.
    QString set_colour_map(const QString& map, bool of_difference);
    void set_step(int step); // of the slider
    int step() const;
    int steps() const { return static_cast<int>(times_.size()); }
    void play(bool on);
    FieldCanvas* canvas() { return canvas_; } // null where OpenGL doesn't work
    QString probe_text() const;
    QStringList channels() const; // that could be shown
    const QString& channel() const { return channel_; }
    void set_channel(const QString& channel);

    // The first field as it is seen, as a figure. Nothing if it isn't an artifact of a run.
    std::optional<Figure> figure() const;

    // Camera, colours and ranges of every channel; not the sources. Restoring nothing makes all as at first; what isn't
    // such a state changes nothing.
    QByteArray save_state() const;
    void restore_state(const QByteArray& state);

Q_SIGNALS:
    void live_changed(QString field, QVariant value);
    void profile_taken(std::vector<double> place, std::vector<double> value);
    void state_changed();
    void figure_wanted(bool save); // of what is seen: to be saved, else exported
    void shown();                  // fields that were asked for are on the screen's way
    void colour_map_wanted(const QString& map, bool of_difference); // set_colour_map() does it

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Shown { // a panel's data
        QString run, channel, label, problem;
        Grid grid;
        FieldRange range; // of all times that are known
        double time = 0;
        std::vector<double> times = {}; // of its file
    };
    struct Look {
        FieldStyle style;
        FieldCanvas::Camera camera;
    };
    void make_bar();
    void make_time_row();
    void make_settings();
    void make_profile();
    void user_style(const FieldStyle& style);
    void sources_opened(const std::vector<OpenedSource>& opened);
    std::optional<double> time_shown() const; // nothing if there is but one
    void fields_read(double time, const std::vector<ReadField>& fields);
    void ranges_known(const std::vector<FieldRange>& ranges, const FieldRange& difference);
    void frame_made(const QString& key, const Grid& grid, double step, const QString& problem);
    void choose(); // channel and sources, of all that are there
    void enter_channel(const QString& channel);
    void schedule();
    void refresh();
    FieldPanel panel_of(const Shown& shown, const FieldRange& all) const;
    std::vector<const Shown*> shown_fields() const;
    bool has_reference() const;
    QString title_of(const Shown& shown, std::size_t panel, std::size_t of) const;
    void add_difference(const std::vector<const Shown*>& all, std::vector<FieldPanel>& panels);
    static void shorten_titles(std::vector<FieldPanel>& panels);
    void show_hint();
    void show_bar();
    void show_probe();
    void show_time();
    void take_profile(std::size_t panel);
    void profile_along(bool x);
    void remove_profile();
    void advance();
    void set_speed(double factor);
    void draw_overlay();
    void place_overlay();
    void draw_live_overlay();
    void draw_live_fields();

    FieldCanvas* canvas_ = nullptr;
    FieldReader* reader_ = nullptr;
    FieldFrames* maker_ = nullptr;
    std::vector<FieldSource> offered_, sources_; // sources_: of the channel
    QStringList found_;                          // channels that were found in files
    std::vector<Shown> read_, frames_;
    std::vector<double> times_;
    QString channel_;
    FieldStyle style_;
    std::map<QString, Look> looks_; // of channels that aren't shown now
    std::vector<Field> live_fields_;
    Values live_values_;
    std::tuple<Grid, Grid, bool> differed_; // what the difference was made of
    Shown difference_;
    QRectF overlay_beside_;
    QString note_, left_out_; // why something isn't shown
    QString difference_note_; // on which points it is

    QComboBox *dataset_ = nullptr, *speed_ = nullptr;
    FieldSettings* settings_ = nullptr;
    QScrollArea* settings_area_ = nullptr;
    QLabel *hint_ = nullptr, *about_ = nullptr, *time_label_ = nullptr, *probe_label_ = nullptr;
    QWidget *bar_ = nullptr, *time_row_ = nullptr, *profile_area_ = nullptr;
    QToolButton *play_ = nullptr, *loop_ = nullptr, *surface_button_ = nullptr, *difference_button_ = nullptr,
                *profile_x_ = nullptr, *profile_y_ = nullptr, *settings_button_ = nullptr;
    QSlider* slider_ = nullptr;
    PlotCanvas* profile_ = nullptr;
    QTimer play_timer_, refresh_timer_;
    QElapsedTimer opened_;
    bool waiting_ = false;      // for the reader
    qsizetype runs_chosen_ = 0; // with and without fields
    bool removed_ = false;      // artifacts of one of them
};

} // namespace orrery::gui
