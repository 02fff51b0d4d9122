// SPDX-License-Identifier: GPL-3.0-or-later
// GraphView: its widgets and what the user does with them.
#include "views/graph/graph_view.h"

#include "views/field/field_view.h"
#include "views/graph/brush_panel.h"
#include "views/graph/layout_worker.h"
#include "views/graph/property_radar.h"
#include "views/icons/icon_button.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDataStream>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QIODevice>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <limits>

namespace orrery::gui {

namespace {

constexpr quint32 state_version = 3;

} // namespace

GraphView::GraphView(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("graph_view"));
    setAccessibleName(tr("Graphs"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    make_bar();
    layout->addWidget(bar_);
    auto* middle = new QHBoxLayout;
    middle->setSpacing(0);
    layout->addLayout(middle, 1);
    hint_ = new QLabel(this);
    hint_->setObjectName(QStringLiteral("graph_hint"));
    hint_->setAlignment(Qt::AlignCenter);
    hint_->setWordWrap(true);
    hint_->setForegroundRole(QPalette::PlaceholderText);
    middle->addWidget(hint_, 1);
    QString why;
    if (FieldView::is_possible(&why)) {
        canvas_ = new GraphCanvas(this);
        canvas_->setAccessibleName(tr("Picture of the graph"));
        canvas_->setWhatsThis(tr("Drag: move the picture, or a node. Wheel: zoom. Click: choose a node. N and Shift+N: "
                                 "the next node and the one before; Ctrl+arrows move it. 1, 2, 3: the original, the "
                                 "augmented graph, both. Double click or 0: everything."));
        canvas_->hide();
        middle->addWidget(canvas_, 1);
        radar_ = new PropertyRadar(canvas_);
        radar_->hide();
        connect(canvas_, &GraphCanvas::looked_at_changed, this, &GraphView::show_probe);
        connect(canvas_, &GraphCanvas::resized, this, &GraphView::show_radar);
        connect(canvas_, &GraphCanvas::node_moved, this,
                [this](std::int32_t node, Place, Place to) { Q_EMIT move_wanted(shown_, node, to[0], to[1]); });
        setFocusProxy(canvas_);
    }
    make_settings();
    middle->addWidget(settings_);
    make_brush();
    layout->addWidget(brush_);
    probe_ = new QLabel(this);
    probe_->setObjectName(QStringLiteral("graph_probe"));
    probe_->setAccessibleName(tr("Node that is looked at"));
    probe_->setContentsMargins(10, 0, 10, 6);
    probe_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    probe_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    layout->addWidget(probe_);
    reader_ = new GraphReader(this);
    connect(reader_, &GraphReader::opened, this, &GraphView::sources_opened);
    connect(reader_, &GraphReader::drawn, this, &GraphView::graph_drawn);
    worker_ = new LayoutWorker(this);
    connect(worker_, &LayoutWorker::placed, this, &GraphView::take_places);
    connect(worker_, &LayoutWorker::ended, this, &GraphView::layout_ended);
    layout_ended({});
    show_hint(canvas_ ? tr("Choose a run that made a graph.") : why);
    show_about();
}

GraphView::~GraphView() = default;

void GraphView::make_bar() {
    bar_ = new QWidget(this);
    auto* row = new QHBoxLayout(bar_);
    row->setContentsMargins(10, 3, 6, 0);
    row->setSpacing(4);
    const auto add_label = [&](const QString& text, QWidget* buddy) {
        auto* label = new QLabel(text, bar_);
        label->setBuddy(buddy);
        row->addWidget(label);
        row->addWidget(buddy);
        return label;
    };
    const auto add_box = [&](const char* name, const QString& text, const QString& help) {
        auto* box = new QComboBox(bar_);
        box->setObjectName(QLatin1String(name));
        box->setAccessibleName(text);
        box->setToolTip(help);
        box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
        return box;
    };
    choice_ = add_box("graph_choice", tr("Graph that is shown"), tr("Which of the graphs is shown"));
    add_label(tr("&Graph"), choice_);
    connect(choice_, &QComboBox::activated, this, &GraphView::choose);
    number_ = new QSpinBox(bar_);
    number_->setObjectName(QStringLiteral("graph_number"));
    number_->setAccessibleName(tr("Number of the graph in its data set"));
    number_->setToolTip(tr("Which graph of the data set is shown (Page up, Page down)"));
    number_->setKeyboardTracking(false);
    number_label_ = add_label(tr("N&umber"), number_);
    connect(number_, &QSpinBox::valueChanged, this, [this] {
        if (!filling_) ask();
    });
    of_ = new QLabel(bar_);
    row->addWidget(of_);
    compare_ = add_box("graph_compare", tr("What is seen of the two graphs"),
                       tr("The original, the augmented graph, or both with what changed (1, 2, 3)"));
    compare_->addItem(tr("both"), static_cast<int>(Shown::both));
    compare_->addItem(tr("original"), static_cast<int>(Shown::original));
    compare_->addItem(tr("augmented"), static_cast<int>(Shown::augmented));
    compare_label_ = add_label(tr("Sh&ow"), compare_);
    connect(compare_, &QComboBox::activated, this, &GraphView::style_changed);
    row->addSpacing(4);
    about_ = new QLabel(bar_);
    about_->setObjectName(QStringLiteral("graph_about"));
    about_->setForegroundRole(QPalette::PlaceholderText);
    about_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    row->addWidget(about_, 1);
    const auto add_toggle = [&](const char* name, Glyph icon, const QString& text, const QString& help) {
        auto* button = add_button(bar_, name, icon, text, help);
        button->setCheckable(true);
        return button;
    };
    labels_ = add_toggle("graph_labels", Glyph::labels, tr("Labels"), tr("names of nodes, where there is room (L)"));
    labels_->setChecked(true);
    connect(labels_, &QToolButton::toggled, this, [this](bool on) {
        if (canvas_) canvas_->set_labels(on);
        Q_EMIT state_changed();
    });
    radar_button_ = add_toggle("graph_properties", Glyph::radar, tr("Properties"),
                               tr("of the original and the augmented graph, side by side (P)"));
    connect(radar_button_, &QToolButton::toggled, this, [this] {
        show_radar();
        Q_EMIT state_changed();
    });
    brush_button_ = add_toggle("graph_brush", Glyph::brush, tr("Spectrum brush"),
                               tr("drag over the eigenvalues and see what becomes of the graph (B)"));
    connect(brush_button_, &QToolButton::toggled, this, &GraphView::show_brush);
    connect(add_button(bar_, "graph_reset", Glyph::fit, tr("Whole graph"), tr("show everything (0)")),
            &QToolButton::clicked, this, [this] {
                if (canvas_) canvas_->reset_camera();
            });
    add_figure_button(bar_, *this, QStringLiteral("graph"), [this](bool save) { Q_EMIT figure_wanted(save); });
    settings_button_ =
        add_toggle("graph_settings_button", Glyph::settings, tr("Settings"), tr("colours and sizes of the nodes"));
    connect(settings_button_, &QToolButton::toggled, this, [this](bool on) { settings_->setVisible(on); });
}

void GraphView::make_settings() {
    auto* panel = new QWidget;
    auto* form = new QFormLayout(panel);
    form->setContentsMargins(8, 4, 8, 8);
    form->setRowWrapPolicy(QFormLayout::WrapAllRows);
    const auto add = [&](QWidget* widget, const char* name, const QString& text, const QString& help) {
        widget->setObjectName(QLatin1String(name));
        widget->setAccessibleName(QString(text).remove(QLatin1Char('&')));
        widget->setToolTip(help);
        auto* label = new QLabel(text, panel);
        label->setBuddy(widget);
        form->addRow(label, widget);
    };
    colour_ = new QComboBox(panel);
    add(colour_, "graph_colour", tr("&Colour by"),
        tr("What the colours of the nodes say: their degree, an attribute, an eigenvector"));
    map_ = new QComboBox(panel);
    map_->addItem(tr("automatic"), QString());
    for (const ColourMap& map : colour_maps()) map_->addItem(map.title, map.id);
    add(map_, "graph_map", tr("Colour &map"), tr("Colours from the lowest to the highest value"));
    size_ = new QComboBox(panel);
    add(size_, "graph_size", tr("S&ize by"), tr("What the areas of the nodes say"));
    radius_ = new QDoubleSpinBox(panel);
    radius_->setRange(0.2, 5);
    radius_->setSingleStep(0.1);
    radius_->setValue(1);
    radius_->setSuffix(QStringLiteral(" \u00d7"));
    add(radius_, "graph_radius", tr("&Node size"), tr("Times what suits the number of nodes"));
    edge_weights_ = new QComboBox(panel);
    edge_weights_->addItem(tr("opacity"), static_cast<int>(EdgeWeights::opacity));
    edge_weights_->addItem(tr("width"), static_cast<int>(EdgeWeights::width));
    edge_weights_->addItem(tr("not shown"), static_cast<int>(EdgeWeights::none));
    add(edge_weights_, "graph_edge_weights", tr("Edge &weights as"),
        tr("What the sizes of weights are seen as; negative ones are dashed"));
    overlay_ = new QCheckBox(tr("O&verlay"), panel);
    overlay_->setObjectName(QStringLiteral("graph_overlay"));
    overlay_->setToolTip(tr("Show these settings inside the picture, too"));
    form->addRow(overlay_);
    connect(overlay_, &QCheckBox::toggled, this, [this](bool on) {
        if (canvas_) {
            canvas_->set_overlay(on ? [this] { draw_overlay(); } : std::function<void()>());
            canvas_->set_covered({});
        }
        Q_EMIT state_changed();
    });
    for (QComboBox* box : {colour_, map_, size_, edge_weights_}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(14);
        connect(box, &QComboBox::activated, this, &GraphView::style_changed);
    }
    connect(radius_, &QDoubleSpinBox::valueChanged, this, [this] {
        if (!filling_) style_changed();
    });
    algorithm_ = new QComboBox(panel);
    algorithm_->addItem(tr("ForceAtlas2"), QStringLiteral("forceatlas2"));
    algorithm_->addItem(tr("spectral"), QStringLiteral("spectral"));
    algorithm_->addItem(tr("circle"), QStringLiteral("circle"));
    add(algorithm_, "graph_algorithm", tr("&Layout"), tr("How places for the nodes are found"));
    seed_ = new QSpinBox(panel);
    seed_->setRange(0, std::numeric_limits<int>::max());
    add(seed_, "graph_seed", tr("See&d"), tr("Of the layout's first places: the same seed gives the same layout"));
    lay_out_ = new QPushButton(tr("Lay out"), panel);
    lay_out_->setObjectName(QStringLiteral("graph_lay_out"));
    lay_out_->setToolTip(tr("Find new places for the nodes, or stop finding them (Ctrl+L); nodes that were moved go "
                            "with the others"));
    form->addRow(lay_out_);
    connect(lay_out_, &QPushButton::clicked, this, &GraphView::lay_out);
    layout_note_ = new QLabel(panel);
    layout_note_->setObjectName(QStringLiteral("graph_layout_note"));
    layout_note_->setWordWrap(true);
    layout_note_->hide();
    form->addRow(layout_note_);
    fill_quantities();
    settings_ = new QScrollArea(this);
    settings_->setObjectName(QStringLiteral("graph_settings_area"));
    settings_->setWidgetResizable(true);
    settings_->setFrameShape(QFrame::NoFrame);
    settings_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    settings_->setWidget(panel);
    settings_->setFixedWidth(panel->sizeHint().width() + 24);
    settings_->hide();
}

void GraphView::set_shown(Shown shown) {
    compare_->setCurrentIndex(compare_->findData(static_cast<int>(shown)));
    style_changed();
}

void GraphView::style_changed() {
    NodeStyle style = style_;
    style.shown = static_cast<Shown>(compare_->currentData().toInt());
    style.colour = colour_->currentData().toString();
    style.map = map_->currentData().toString();
    style.size = size_->currentData().toString();
    style.radius = radius_->value();
    style.edge_weights = static_cast<EdgeWeights>(edge_weights_->currentData().toInt());
    user_style(style);
}

void GraphView::user_style(const NodeStyle& style) {
    set_style(style);
    if (alone_) ask();
    Q_EMIT state_changed();
}

void GraphView::set_style(const NodeStyle& style) {
    style_ = style;
    filling_ = true;
    compare_->setCurrentIndex(compare_->findData(static_cast<int>(style.shown)));
    map_->setCurrentIndex(std::max(0, map_->findData(style.map)));
    radius_->setValue(style.radius);
    edge_weights_->setCurrentIndex(edge_weights_->findData(static_cast<int>(style.edge_weights)));
    fill_quantities();
    filling_ = false;
    apply_style();
}

// What the graph doesn't have isn't drawn, but stays wished for the next one.
void GraphView::apply_style() {
    NodeStyle style = style_;
    const auto* graph = canvas_ ? canvas_->graph().get() : nullptr;
    if (graph && !quantities_of(*graph, false).contains(style.colour)) style.colour.clear();
    if (graph && !quantities_of(*graph, true).contains(style.size)) style.size.clear();
    if (graph && !graph->is_pair()) style.shown = Shown::both;
    if (canvas_) canvas_->set_style(style);
    show_about();
}

void GraphView::fill_quantities() {
    const auto* graph = canvas_ ? canvas_->graph().get() : nullptr;
    for (const bool sizes : {false, true}) {
        QComboBox* box = sizes ? size_ : colour_;
        const QString& wished = sizes ? style_.size : style_.colour;
        box->clear();
        box->addItem(sizes ? tr("all alike") : tr("one colour"), QString());
        for (const QString& name : graph ? quantities_of(*graph, sizes) : QStringList()) box->addItem(name, name);
        box->setCurrentIndex(std::max(0, box->findData(wished)));
    }
}

QByteArray GraphView::save_state() const {
    QByteArray state;
    QDataStream out(&state, QIODevice::WriteOnly);
    out.setVersion(QDataStream::Qt_6_0);
    out << state_version << style_.colour << style_.size << style_.map << style_.radius
        << static_cast<qint32>(style_.shown) << labels_->isChecked() << radar_button_->isChecked()
        << static_cast<qint32>(style_.edge_weights) << overlay_->isChecked() << kept_strokes();
    return state;
}

void GraphView::restore_state(const QByteArray& state) {
    NodeStyle style;
    bool labels = true, radar = false, overlay = false;
    QMap<QString, QString> strokes;
    if (!state.isEmpty()) {
        QDataStream in(state);
        in.setVersion(QDataStream::Qt_6_0);
        quint32 version = 0;
        qint32 shown = 0, weights = 0;
        in >> version >> style.colour >> style.size >> style.map >> style.radius >> shown >> labels >> radar;
        if (version >= 2) in >> weights >> overlay;
        if (version >= 3) in >> strokes;
        if (in.status() != QDataStream::Ok || version < 1 || version > state_version) return;
        style.shown = static_cast<Shown>(std::clamp(shown, 0, 2));
        style.edge_weights = static_cast<EdgeWeights>(std::clamp(weights, 0, 2));
        if (!(style.radius >= 0.2 && style.radius <= 5)) style.radius = 1;
    }
    const QSignalBlocker quiet(this);
    set_style(style);
    labels_->setChecked(labels);
    radar_button_->setChecked(radar);
    overlay_->setChecked(overlay);
    restore_strokes(strokes);
}

void GraphView::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
    case Qt::Key_1:
        return set_shown(Shown::original);
    case Qt::Key_2:
        return set_shown(Shown::augmented);
    case Qt::Key_3:
        return set_shown(Shown::both);
    case Qt::Key_L:
        if (event->modifiers() & Qt::ControlModifier) return lay_out();
        return labels_->toggle();
    case Qt::Key_P:
        return radar_button_->toggle();
    case Qt::Key_B:
        return brush_button_->toggle();
    case Qt::Key_PageUp:
        return set_number(number() - 1);
    case Qt::Key_PageDown:
        return set_number(number() + 1);
    default:
        QWidget::keyPressEvent(event);
    }
}

} // namespace orrery::gui
