// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/field/field_view.h"

#include "core/error.h"
#include "views/plot/curve_colours.h"
#include "views/plot/plot_canvas.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QOffscreenSurface>
#include <QOpenGLContext>
#include <QOpenGLFunctions>
#include <QScrollArea>
#include <QSlider>
#include <QSurfaceFormat>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace orrery::gui {

void FieldView::prepare_application() {
    QSurfaceFormat format;
    format.setVersion(3, 2);
    format.setProfile(QSurfaceFormat::CoreProfile);
    format.setDepthBufferSize(24);
    QSurfaceFormat::setDefaultFormat(format);
    // Without it, tearing a dock off destroys the view's context.
    QCoreApplication::setAttribute(Qt::AA_ShareOpenGLContexts);
}

bool FieldView::is_possible(QString* why) {
    struct Answer {
        bool possible = false;
        QString text;
    };
    static const Answer answer = [] {
        Answer found;
        QOpenGLContext context;
        QSurfaceFormat format = QSurfaceFormat::defaultFormat();
        if (format.version() < std::pair(3, 2)) {
            format.setVersion(3, 2);
            format.setProfile(QSurfaceFormat::CoreProfile);
        }
        context.setFormat(format);
        QOffscreenSurface surface;
        surface.setFormat(format);
        surface.create();
        if (!surface.isValid() || !context.create() || !context.makeCurrent(&surface)) {
            found.text = tr("Fields can't be drawn: this display offers no OpenGL context. Everything else works; "
                            "install a graphics driver or Mesa's software renderer (libgl1-mesa-dri).");
            return found;
        }
        const auto text = [&](GLenum name) {
            const auto* bytes = context.functions()->glGetString(name);
            return bytes ? QString::fromUtf8(reinterpret_cast<const char*>(bytes)) : tr("unknown");
        };
        const auto version = context.format().version();
        found.possible = version >= std::pair(3, 2);
        const QString driver = QStringLiteral("OpenGL %1, %2").arg(text(GL_VERSION), text(GL_RENDERER));
        found.text = found.possible ? driver
                                    : tr("Fields can't be drawn: they need OpenGL 3.2, and this driver offers %1. "
                                         "Everything else works.")
                                          .arg(driver);
        context.doneCurrent();
        return found;
    }();
    if (why) *why = answer.text;
    return answer.possible;
}

FieldView::FieldView(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("field_view"));
    setAccessibleName(tr("Fields"));
    QString why;
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    make_bar();
    layout->addWidget(bar_);
    auto* middle = new QHBoxLayout;
    middle->setSpacing(0);
    layout->addLayout(middle, 1);
    hint_ = new QLabel(tr("Choose a run that wrote a field, or start one, to see it here."), this);
    hint_->setObjectName(QStringLiteral("field_hint"));
    hint_->setAlignment(Qt::AlignCenter);
    hint_->setWordWrap(true);
    middle->addWidget(hint_, 1);
    if (is_possible(&why)) {
        canvas_ = new FieldCanvas(this);
        canvas_->setAccessibleName(tr("Picture of the fields"));
        canvas_->setWhatsThis(tr("Drag: move (a surface: turn). Wheel: zoom. Shift+drag: values along a line. "
                                 "Double click or 0: everything."));
        canvas_->hide();
        middle->addWidget(canvas_, 1);
        connect(canvas_, &FieldCanvas::probe_moved, this, &FieldView::show_probe);
        connect(canvas_, &FieldCanvas::profile_drawn, this, &FieldView::take_profile);
        connect(canvas_, &FieldCanvas::camera_changed, this, &FieldView::state_changed);
        setFocusProxy(canvas_);
    } else {
        hint_->setText(why);
    }
    settings_ = new FieldSettings;
    settings_area_ = new QScrollArea(this);
    settings_area_->setObjectName(QStringLiteral("field_settings_area"));
    settings_area_->setWidgetResizable(true);
    settings_area_->setFrameShape(QFrame::NoFrame);
    settings_area_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    settings_area_->setWidget(settings_);
    settings_area_->setFixedWidth(settings_->sizeHint().width() + 24);
    settings_area_->hide();
    middle->addWidget(settings_area_);
    connect(settings_, &FieldSettings::style_wanted, this, &FieldView::user_style);
    connect(settings_, &FieldSettings::live_wanted, this,
            [this](const QString& field, const QVariant& value) { Q_EMIT live_changed(field, value); });
    profile_ = new PlotCanvas(this);
    profile_->setObjectName(QStringLiteral("field_profile"));
    profile_->setAccessibleName(tr("Values along the line"));
    profile_->setFixedHeight(150);
    profile_->hide();
    layout->addWidget(profile_);
    make_time_row();
    layout->addWidget(time_row_);
    probe_label_ = new QLabel(this);
    probe_label_->setObjectName(QStringLiteral("field_probe"));
    probe_label_->setAccessibleName(tr("Values under the cursor"));
    probe_label_->setContentsMargins(8, 0, 8, 4);
    probe_label_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    probe_label_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    layout->addWidget(probe_label_);

    reader_ = new FieldReader(this);
    connect(reader_, &FieldReader::opened, this, &FieldView::sources_opened);
    connect(reader_, &FieldReader::read, this, &FieldView::fields_read);
    connect(reader_, &FieldReader::ranges, this, [this](const auto& ranges, bool) { ranges_known(ranges); });
    play_timer_.setInterval(40);
    connect(&play_timer_, &QTimer::timeout, this, &FieldView::advance);
    refresh_timer_.setSingleShot(true);
    refresh_timer_.setInterval(0);
    connect(&refresh_timer_, &QTimer::timeout, this, &FieldView::refresh);
    set_style_of_fields({});
    show_time();
    show_probe();
}

FieldView::~FieldView() = default;

QToolButton* FieldView::add_button(QWidget* row, const char* name, const QString& text, const QString& help) {
    auto* button = new QToolButton(row);
    button->setObjectName(QLatin1String(name));
    button->setText(text);
    button->setToolTip(help);
    button->setAccessibleName(help);
    button->setAutoRaise(true);
    row->layout()->addWidget(button);
    return button;
}

void FieldView::make_bar() {
    bar_ = new QWidget(this);
    auto* row = new QHBoxLayout(bar_);
    row->setContentsMargins(6, 3, 6, 0);
    auto* label = new QLabel(tr("&Field"), bar_);
    dataset_ = new QComboBox(bar_);
    dataset_->setObjectName(QStringLiteral("field_dataset"));
    dataset_->setAccessibleName(tr("Field that is shown"));
    dataset_->setToolTip(tr("Which of the fields in the file is shown"));
    dataset_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    dataset_->setEnabled(false);
    label->setBuddy(dataset_);
    row->addWidget(label);
    row->addWidget(dataset_);
    row->addStretch(1);
    connect(dataset_, &QComboBox::textActivated, this, [this](const QString& name) {
        auto sources = sources_;
        for (FieldSource& source : sources) source.dataset = name;
        set_sources(sources);
    });
    connect(add_button(bar_, "field_profile_x", tr("Profile x"), tr("Values along x through the probe or the middle")),
            &QToolButton::clicked, this, [this] { profile_along(true); });
    connect(add_button(bar_, "field_profile_y", tr("Profile y"), tr("Values along y through the probe or the middle")),
            &QToolButton::clicked, this, [this] { profile_along(false); });
    connect(add_button(bar_, "field_profile_off", tr("No profile"), tr("Remove the line and its plot")),
            &QToolButton::clicked, this, [this] {
                profile_->hide();
                if (canvas_) canvas_->set_profile_line({});
            });
    connect(add_button(bar_, "field_reset", tr("Reset"), tr("Show everything (0)")), &QToolButton::clicked, this,
            [this] {
                if (canvas_) canvas_->reset_camera();
            });
    settings_button_ =
        add_button(bar_, "field_settings_button", tr("Settings"), tr("Colours, range, surface, difference"));
    settings_button_->setCheckable(true);
    connect(settings_button_, &QToolButton::toggled, this, [this](bool on) { settings_area_->setVisible(on); });
}

void FieldView::make_time_row() {
    time_row_ = new QWidget(this);
    auto* row = new QHBoxLayout(time_row_);
    row->setContentsMargins(6, 0, 6, 0);
    connect(add_button(time_row_, "field_back", QStringLiteral("\u25c2"), tr("One step back (,)")),
            &QToolButton::clicked, this, [this] { set_step(step() - 1); });
    play_ = add_button(time_row_, "field_play", QStringLiteral("\u25b6"), tr("Play or pause (Space)"));
    play_->setCheckable(true);
    connect(play_, &QToolButton::toggled, this, &FieldView::play);
    connect(add_button(time_row_, "field_next", QStringLiteral("\u25b8"), tr("One step on (.)")), &QToolButton::clicked,
            this, [this] { set_step(step() + 1); });
    slider_ = new QSlider(Qt::Horizontal, time_row_);
    slider_->setObjectName(QStringLiteral("field_time"));
    slider_->setAccessibleName(tr("Time"));
    slider_->setToolTip(tr("The time that is shown"));
    slider_->setRange(0, 0);
    row->addWidget(slider_, 1);
    connect(slider_, &QSlider::valueChanged, this, [this](int value) {
        show_time();
        if (value < steps()) reader_->request(times_[static_cast<std::size_t>(value)]);
        waiting_ = true;
    });
    time_label_ = new QLabel(time_row_);
    time_label_->setObjectName(QStringLiteral("field_time_label"));
    row->addWidget(time_label_);
    loop_ = new QCheckBox(tr("L&oop"), time_row_);
    loop_->setObjectName(QStringLiteral("field_loop"));
    loop_->setAccessibleName(tr("Loop"));
    loop_->setToolTip(tr("Begin again at the end"));
    row->addWidget(loop_);
}

void FieldView::set_sources(const std::vector<FieldSource>& sources) {
    if (sources == sources_ && !sources.empty()) return;
    sources_ = sources;
    reader_->open(sources);
    if (!sources.empty()) return;
    read_.clear();
    times_.clear();
    play(false);
    show_time();
    schedule();
}

void FieldView::sources_opened(const std::vector<OpenedSource>& opened) {
    read_.assign(opened.size(), {});
    times_.clear();
    QStringList datasets;
    for (std::size_t s = 0; s < opened.size(); ++s) {
        read_[s].label = s < sources_.size() ? sources_[s].label : QString();
        read_[s].problem = opened[s].problem;
        if (opened[s].times.size() > times_.size()) times_ = opened[s].times;
        for (const QString& name : opened[s].datasets)
            if (!datasets.contains(name)) datasets.append(name);
    }
    dataset_->clear();
    dataset_->addItems(datasets);
    dataset_->setEnabled(datasets.size() > 1);
    if (!opened.empty()) dataset_->setCurrentText(opened.front().dataset);
    const int last = std::max(0, steps() - 1), wanted = std::min(slider_->value(), last);
    const QSignalBlocker quiet(slider_);
    slider_->setRange(0, last);
    slider_->setValue(wanted);
    slider_->setPageStep(std::max(1, steps() / 10));
    if (!times_.empty()) reader_->request(times_[static_cast<std::size_t>(wanted)]);
    waiting_ = !times_.empty();
    show_time();
    schedule();
}

void FieldView::fields_read(double, const std::vector<ReadField>& fields) {
    for (std::size_t s = 0; s < std::min(fields.size(), read_.size()); ++s) {
        read_[s].grid = fields[s].grid;
        read_[s].problem = fields[s].problem;
        read_[s].time = fields[s].time;
        if (fields[s].grid) read_[s].range.add(fields[s].grid->range);
    }
    waiting_ = false;
    schedule();
}

void FieldView::ranges_known(const std::vector<FieldRange>& ranges) {
    for (std::size_t s = 0; s < std::min(ranges.size(), read_.size()); ++s) read_[s].range.add(ranges[s]);
    if (style_.range == RangeMode::all_times) schedule();
}

void FieldView::show_frame(const QString& label, const Array& array, double time) {
    auto found = std::find_if(frames_.begin(), frames_.end(), [&](const Shown& shown) { return shown.label == label; });
    if (found == frames_.end()) found = frames_.insert(frames_.end(), Shown{label, {}, {}, {}, 0});
    found->time = time;
    found->problem.clear();
    try {
        if (array.bytes() > std::size_t{256} << 20)
            throw Error("The live frame is larger than 256 MiB; show a coarser one.");
        found->grid = grid_of(array);
        found->range.add(found->grid->range);
    } catch (const std::exception& error) {
        found->grid = nullptr;
        found->problem = QString::fromUtf8(error.what());
    }
    schedule();
}

void FieldView::clear_frames() {
    frames_.clear();
    schedule();
}

void FieldView::set_live_fields(const std::vector<Field>& fields, const Values& values) {
    if (fields == live_fields_ && values == live_values_) return;
    live_fields_ = fields;
    live_values_ = values;
    settings_->set_live_fields(fields, values);
    if (canvas_) canvas_->update();
}

void FieldView::schedule() {
    if (!refresh_timer_.isActive()) refresh_timer_.start();
}

FieldPanel FieldView::panel_of(const Shown& shown, const FieldRange& all) const {
    FieldPanel panel;
    panel.title = shown.label;
    panel.grid = shown.grid;
    QString note;
    panel.scale = scale_of(style_, all, &note);
    if (!shown.grid) {
        panel.message = shown.problem.isEmpty() ? tr("Reading ...") : shown.problem;
        return panel;
    }
    const QString name = QString::fromStdString(shown.grid->name);
    if (!name.isEmpty() && name != shown.label)
        panel.title = shown.label.isEmpty() ? name : QStringLiteral("%1 \u00b7 %2").arg(shown.label, name);
    QStringList notes;
    if (!shown.problem.isEmpty()) notes << shown.problem;
    if (!note.isEmpty()) notes << note;
    if (shown.grid->not_finite > 0)
        notes << tr("%n value(s) not finite.", "", static_cast<int>(shown.grid->not_finite));
    panel.message = notes.join(QLatin1Char(' '));
    return panel;
}

void FieldView::refresh() {
    const bool any = !read_.empty() || !frames_.empty();
    if (!canvas_) return;
    hint_->setVisible(!any);
    canvas_->setVisible(any);
    std::vector<const Shown*> all;
    for (const auto* list : {&read_, &frames_})
        for (const Shown& shown : *list) all.push_back(&shown);
    FieldRange range; // one for all, so that equal colours are equal values
    for (const Shown* shown : all)
        if (shown->grid) range.add(style_.range == RangeMode::this_time ? shown->grid->range : shown->range);
    std::vector<FieldPanel> panels;
    for (const Shown* shown : all) panels.push_back(panel_of(*shown, range));
    if (style_.difference && all.size() >= 2 && all[0]->grid && all[1]->grid) {
        const std::pair pair(all[0]->grid, all[1]->grid);
        if (pair != differed_) {
            differed_ = pair;
            difference_.problem.clear();
            difference_.grid = nullptr;
            try {
                difference_.grid = difference(*pair.first, *pair.second);
                difference_.range.add(difference_.grid->range);
            } catch (const Error& error) {
                difference_.problem = QString::fromUtf8(error.what());
            }
        }
        FieldStyle style = style_;
        style.logarithmic = false;
        style.map = QStringLiteral("balance");
        style.centred = true;
        if (style.range == RangeMode::fixed) style.range = RangeMode::this_time;
        FieldPanel panel = panel_of(difference_, range);
        panel.title = tr("%1 \u2212 %2").arg(all[0]->label, all[1]->label);
        if (difference_.grid) panel.scale = scale_of(style, difference_.grid->range, nullptr);
        panels.push_back(std::move(panel));
    }
    if (!panels.empty()) settings_->set_shown_range(panels[0].scale.low, panels[0].scale.high);
    canvas_->set_panels(std::move(panels));
    show_probe();
    show_time();
    if (profile_->isVisible() && canvas_->profile_line()) take_profile(0);
    Q_EMIT shown();
}

void FieldView::set_style_of_fields(const FieldStyle& style) {
    style_ = style;
    settings_->set_style(style);
    if (!canvas_) return;
    canvas_->set_surface(style.surface);
    canvas_->set_smooth(style.smooth);
    canvas_->set_height(style.height);
    canvas_->set_overlay(style.overlay ? [this] { draw_overlay(); } : std::function<void()>());
    schedule();
}

void FieldView::user_style(const FieldStyle& style) {
    const bool turned = style.surface != style_.surface;
    set_style_of_fields(style);
    if (turned && canvas_) canvas_->reset_camera();
    Q_EMIT state_changed();
}

int FieldView::step() const { return slider_->value(); }

void FieldView::set_step(int step) { slider_->setValue(std::clamp(step, 0, std::max(0, steps() - 1))); }

void FieldView::play(bool on) {
    const QSignalBlocker quiet(play_);
    on = on && steps() > 1;
    play_->setChecked(on);
    play_->setText(on ? QStringLiteral("\u275a\u275a") : QStringLiteral("\u25b6"));
    if (on && step() == steps() - 1) set_step(0);
    on ? play_timer_.start() : play_timer_.stop();
}

void FieldView::advance() {
    if (waiting_) return; // the disk sets the pace where it is slower
    if (step() + 1 < steps()) return set_step(step() + 1);
    if (loop_->isChecked()) return set_step(0);
    play(false);
}

void FieldView::show_time() {
    const bool recorded = steps() > 1;
    time_row_->setVisible(recorded || (!frames_.empty() && read_.empty()));
    for (QWidget* child : time_row_->findChildren<QWidget*>())
        if (child != time_label_) child->setVisible(recorded);
    if (!times_.empty())
        time_label_->setText(tr("t = %1 of %2, step %3 of %4")
                                 .arg(times_[static_cast<std::size_t>(std::min(step(), steps() - 1))], 0, 'g', 5)
                                 .arg(times_.back(), 0, 'g', 5)
                                 .arg(step() + 1)
                                 .arg(steps()));
    else if (!frames_.empty())
        time_label_->setText(tr("live, t = %1").arg(frames_.back().time, 0, 'g', 6));
    else
        time_label_->clear();
}

QString FieldView::probe_text() const {
    if (!canvas_ || !canvas_->probe()) return {};
    const auto& probe = *canvas_->probe();
    QStringList parts;
    parts << QStringLiteral("(%1, %2)").arg(probe.x, 0, 'g', 5).arg(probe.y, 0, 'g', 5);
    for (const FieldPanel& panel : canvas_->panels()) {
        if (!panel.grid) continue;
        const double value = panel.grid->nearest(probe.x, probe.y);
        parts << QStringLiteral("%1 = %2").arg(panel.title, std::isnan(value) ? QStringLiteral("NaN")
                                                                              : QString::number(value, 'g', 7));
    }
    return parts.join(QStringLiteral("   "));
}

void FieldView::show_probe() {
    const QString text = probe_text();
    probe_label_->setVisible(canvas_ && !canvas_->panels().empty());
    probe_label_->setText(text.isEmpty() ? tr("Shift+drag draws a profile") : text);
}

void FieldView::take_profile(std::size_t panel) {
    if (!canvas_ || !canvas_->profile_line() || panel >= canvas_->panels().size()) return;
    const auto line = *canvas_->profile_line();
    std::vector<DrawnCurve> curves;
    static constexpr std::array styles{Qt::SolidLine, Qt::DashLine, Qt::DotLine, Qt::DashDotLine};
    const double length = std::hypot(line.to[0] - line.from[0], line.to[1] - line.from[1]);
    const bool dark = palette().color(QPalette::Base).lightness() < 128;
    for (std::size_t p = 0; p < canvas_->panels().size(); ++p) {
        const FieldPanel& each = canvas_->panels()[p];
        if (!each.grid) continue;
        const Profile made = profile(*each.grid, line.from, line.to);
        if (p == panel) Q_EMIT profile_taken(made.place, made.value);
        auto points = std::make_shared<std::vector<MetricPoint>>();
        for (std::size_t i = 0; i < made.place.size(); ++i)
            points->push_back({static_cast<std::int64_t>(i), made.value[i], made.place[i]});
        curves.push_back({QString::number(p), QStringLiteral("profile"), each.title,
                          CurveColours::colour(static_cast<int>(p), dark), styles[p % styles.size()], points, false});
    }
    PlotOptions options;
    options.over_time = true;
    profile_->set_options(options);
    profile_->xAxis->setLabel(tr("along the line, 0 to %1").arg(length, 0, 'g', 4));
    profile_->set_curves(std::move(curves));
    profile_->show();
    profile_->refresh();
}

void FieldView::profile_along(bool x) {
    if (!canvas_ || canvas_->panels().empty() || !canvas_->panels()[0].grid) return;
    const auto box = canvas_->panels()[0].grid->extent();
    const auto& probe = canvas_->probe();
    const double px = probe ? probe->x : (box[0] + box[1]) / 2, py = probe ? probe->y : (box[2] + box[3]) / 2;
    canvas_->set_profile_line(x ? FieldCanvas::Line{{box[0], py}, {box[1], py}}
                                : FieldCanvas::Line{{px, box[2]}, {px, box[3]}});
    take_profile(0);
}

void FieldView::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
    case Qt::Key_Space:
        return play(!play_timer_.isActive());
    case Qt::Key_Comma:
        return set_step(step() - 1);
    case Qt::Key_Period:
        return set_step(step() + 1);
    case Qt::Key_Home:
        return set_step(0);
    case Qt::Key_End:
        return set_step(steps() - 1);
    case Qt::Key_P:
        return profile_along(!(event->modifiers() & Qt::ShiftModifier));
    default:
        QWidget::keyPressEvent(event);
    }
}

QByteArray FieldView::save_state() const {
    QByteArray bytes;
    QDataStream out(&bytes, QIODevice::WriteOnly);
    out.setVersion(QDataStream::Qt_6_0);
    const auto camera = canvas_ ? canvas_->camera() : FieldCanvas::Camera();
    out << quint32{0x4f464c44} << qint32{1} << style_ << camera.x << camera.y << camera.scale << camera.azimuth
        << camera.elevation << loop_->isChecked() << settings_button_->isChecked();
    return bytes;
}

// What isn't such a state (of another version, cut) changes nothing.
void FieldView::restore_state(const QByteArray& state) {
    QDataStream in(state);
    in.setVersion(QDataStream::Qt_6_0);
    quint32 magic = 0;
    qint32 version = 0;
    FieldStyle style;
    FieldCanvas::Camera camera;
    bool loop = false, settings = false;
    in >> magic >> version;
    if (magic != 0x4f464c44 || version != 1) return;
    in >> style >> camera.x >> camera.y >> camera.scale >> camera.azimuth >> camera.elevation >> loop >> settings;
    if (in.status() != QDataStream::Ok || !std::isfinite(camera.x + camera.y + camera.scale)) return;
    loop_->setChecked(loop);
    settings_button_->setChecked(settings);
    set_style_of_fields(style);
    if (canvas_) canvas_->set_camera(camera);
}

} // namespace orrery::gui
