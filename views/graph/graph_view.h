// SPDX-License-Identifier: GPL-3.0-or-later
// Graphs of runs: the view of artifacts of kind `graph`, an original and its augmentation on one layout.
#pragma once
#include "core/figure/figure.h"
#include "views/graph/brush_stroke.h"
#include "views/graph/graph_canvas.h"
#include "views/graph/graph_reader.h"

#include <QByteArray>
#include <QMap>
#include <QWidget>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QPushButton;
class QScrollArea;
class QSpinBox;
class QToolButton;

namespace orrery::gui {

class BrushPanel;
class BrushWorker;
class LayoutWorker;
struct BrushAnswer;
struct Classifier;
class PropertyRadar;

class GraphView : public QWidget {
    Q_OBJECT
public:
    explicit GraphView(QWidget* parent = nullptr);
    ~GraphView() override;

    // Graphs that can be chosen; they are read on a thread of their own. A run's artifacts "original" and "augmented"
    // are one choice.
    void set_sources(const std::vector<GraphSource>& sources);
    // How many of the selected runs are looked into for graphs, of how many.
    void set_looked_into(qsizetype runs, qsizetype of);
    // Whose plugins lay graphs out; empty: none.
    void set_project(const QString& folder);
    void set_metrics(const QString& run, const std::map<std::string, double>& metrics);

    GraphCanvas* canvas() { return canvas_; }       // null where OpenGL doesn't work
    const QString& shown() const { return shown_; } // names the graph that is seen and its layout; empty: none
    int count() const;                              // graphs of the chosen data set
    int number() const;                             // of the one that is seen, from 0
    void set_number(int number);
    void set_shown(Shown shown);
    // Puts a node of the graph of that name somewhere and returns where it was. Throws Error (usage) if it isn't known
    // or has another layout by now.
    Place move_node(const QString& graph, std::int32_t node, Place to);
    // Which models the spectrum brush can ask, the newest first.
    void set_classifiers(const std::vector<Classifier>& classifiers);
    // Keeps what a stroke of the brush makes of that graph, or nothing if it is empty; returns the stroke that was
    // kept. Throws Error (usage) if the graph isn't known, or for what is no stroke.
    QString keep_brush(const QString& graph, const QString& stroke);
    BrushPanel* brush() { return brush_; }
    bool is_brushed() const;                                          // the brush has changed what is seen
    const BrushAnswer* brush_answer() const { return answer_.get(); } // the last one; null: none
    void lay_out();                                                   // as the settings say; or stops it
    bool is_laying_out() const;
    QString probe_text() const;
    QString about_text() const;

    // What is seen, as a figure; where that isn't possible nothing, and a sentence that says why.
    std::optional<Figure> figure(QString* why = nullptr) const;

    // Colours, sizes, what is shown, and what the brush has kept; restoring nothing makes all as at first.
    QByteArray save_state() const;
    void restore_state(const QByteArray& state);

Q_SIGNALS:
    // The user has put a node elsewhere: to be done by a command, which can be undone.
    void move_wanted(QString graph, int node, double x, double y);
    // He wants to keep what the brush does; likewise.
    void keep_wanted(QString graph, QString stroke);
    void brushed(); // an answer of the brush is shown
    void state_changed();
    void figure_wanted(bool save); // of what is seen: to be saved, else exported
    void drawn();                  // what was asked for is on the screen's way

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    struct Choice { // of the box of graphs
        QString run, name;
        std::shared_ptr<const GraphSet> original, augmented; // augmented: null where there is but one
        QString key;                                         // RUN/ARTIFACT
        QString problem;
        GraphSource source, augmented_source; // of the original, and of the augmented
    };
    struct Layout {
        int made = 0;              // how many there have been of this graph
        std::vector<Place> places; // with what the user moved
    };
    void make_bar();
    void make_settings();
    void sources_opened(const std::vector<OpenedGraphs>& opened);
    void choose(int choice);
    void ask(); // for the chosen graph
    void graph_drawn(const QString& key, const std::shared_ptr<const DrawnGraph>& graph, const QString& problem);
    void show_graph(const std::shared_ptr<const DrawnGraph>& graph);
    const Choice* chosen() const;
    void show_hint(const QString& hint); // empty: the canvas instead
    void show_about();
    void show_probe();
    void show_radar();
    void show_compare(); // where there are two graphs
    void make_brush();
    void show_brush(bool shown);
    void begin_brush(const std::shared_ptr<const DrawnGraph>& graph);
    void follow_brush();
    void ask_brush();
    void show_brushed(const BrushAnswer& answer);
    void show_plain();
    void put_on_canvas(const std::shared_ptr<const DrawnGraph>& graph);
    std::optional<BrushStroke> kept() const; // of the graph that is shown
    QMap<QString, QString> kept_strokes() const;
    void restore_strokes(const QMap<QString, QString>& strokes);
    void take_places(const std::vector<Place>& places);
    void layout_ended(const QString& problem);
    void fill_quantities();
    void style_changed(); // by the user
    void user_style(const NodeStyle& style);
    void set_style(const NodeStyle& style);
    void draw_overlay();
    void apply_style();
    QString shown_name(const QString& key) const { return key + QLatin1Char('@') + QString::number(made_of(key)); }
    int made_of(const QString& key) const;

    GraphCanvas* canvas_ = nullptr;
    GraphReader* reader_ = nullptr;
    PropertyRadar* radar_ = nullptr;
    LayoutWorker* worker_ = nullptr;
    BrushPanel* brush_ = nullptr;
    BrushWorker* brush_worker_ = nullptr;
    std::shared_ptr<const DrawnGraph> plain_; // what is shown, without the brush
    std::unique_ptr<BrushAnswer> answer_;     // that is shown
    std::map<QString, BrushStroke> kept_;     // by graph
    std::set<QString> kept_here_;             // graphs whose strokes go into this experiment's state
    std::set<QString> decided_;               // graphs of which the window knows better than a state of before
    QString laid_out_;                        // key of the graph that the worker lays out
    std::vector<GraphSource> sources_;
    std::vector<Choice> choices_;
    std::map<QString, std::map<std::string, double>> metrics_; // by run
    std::map<QString, Layout> layouts_;                        // by graph
    std::map<QString, int> numbers_;                           // by choice: that was seen last
    QString left_out_;                                         // what is said of runs that aren't looked into
    QString shown_, wanted_;                                   // wanted_: key of what the reader was asked for
    NodeStyle style_;
    bool filling_ = false;
    bool alone_ = false; // one of a pair that has no common nodes

    QComboBox *choice_ = nullptr, *compare_ = nullptr, *colour_ = nullptr, *map_ = nullptr, *size_ = nullptr,
              *algorithm_ = nullptr, *edge_weights_ = nullptr;
    QCheckBox* overlay_ = nullptr;
    QSpinBox *number_ = nullptr, *seed_ = nullptr;
    QDoubleSpinBox* radius_ = nullptr;
    QLabel *hint_ = nullptr, *about_ = nullptr, *of_ = nullptr, *probe_ = nullptr, *number_label_ = nullptr,
           *compare_label_ = nullptr;
    QWidget* bar_ = nullptr;
    QScrollArea* settings_ = nullptr;
    QPushButton* lay_out_ = nullptr;
    QLabel* layout_note_ = nullptr;
    QToolButton *labels_ = nullptr, *radar_button_ = nullptr, *brush_button_ = nullptr, *settings_button_ = nullptr;
};

} // namespace orrery::gui
