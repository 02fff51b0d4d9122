// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/field/field_view.h"

#include "views/icons/icon_button.h"
#include "views/plot/plot_canvas.h"

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
#include <utility>

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
            found.text =
                tr("Fields and graphs can't be drawn: this display offers no OpenGL context. Everything else works; "
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
        found.text = found.possible
                         ? driver
                         : tr("Fields and graphs can't be drawn: they need OpenGL 3.2, and this driver offers %1. "
                              "Everything else works.")
                               .arg(driver);
        context.doneCurrent();
        return found;
    }();
    if (why) *why = answer.text;
    return answer.possible;
}

namespace {

constexpr int times_a_second = 5; // are played at speed 1

}

FieldView::FieldView(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("field_view"));
    setAccessibleName(tr("Fields"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    make_bar();
    layout->addWidget(bar_);
    auto* middle = new QHBoxLayout;
    middle->setSpacing(0);
    layout->addLayout(middle, 2);
    hint_ = new QLabel(this);
    hint_->setObjectName(QStringLiteral("field_hint"));
    hint_->setAlignment(Qt::AlignCenter);
    hint_->setWordWrap(true);
    hint_->setForegroundRole(QPalette::PlaceholderText);
    middle->addWidget(hint_, 1);
    QString why;
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
    make_settings();
    middle->addWidget(settings_area_);
    make_profile();
    layout->addWidget(profile_area_, 1);
    make_time_row();
    layout->addWidget(time_row_);
    probe_label_ = new QLabel(this);
    probe_label_->setObjectName(QStringLiteral("field_probe"));
    probe_label_->setAccessibleName(tr("Values under the cursor"));
    probe_label_->setContentsMargins(10, 0, 10, 6);
    probe_label_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    probe_label_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    layout->addWidget(probe_label_);

    reader_ = new FieldReader(this);
    connect(reader_, &FieldReader::opened, this, &FieldView::sources_opened);
    connect(reader_, &FieldReader::read, this, &FieldView::fields_read);
    connect(reader_, &FieldReader::ranges, this,
            [this](const auto& ranges, const auto& difference, bool) { ranges_known(ranges, difference); });
    maker_ = new FieldFrames(this);
    connect(maker_, &FieldFrames::made, this, &FieldView::frame_made);
    connect(&play_timer_, &QTimer::timeout, this, &FieldView::advance);
    refresh_timer_.setSingleShot(true);
    refresh_timer_.setInterval(0);
    connect(&refresh_timer_, &QTimer::timeout, this, &FieldView::refresh);
    set_style_of_fields({});
    show_hint();
    show_bar();
    show_time();
    show_probe();
}

FieldView::~FieldView() = default;

void FieldView::make_bar() {
    bar_ = new QWidget(this);
    auto* row = new QHBoxLayout(bar_);
    row->setContentsMargins(10, 3, 6, 0);
    row->setSpacing(2);
    auto* label = new QLabel(tr("&Field"), bar_);
    dataset_ = new QComboBox(bar_);
    dataset_->setObjectName(QStringLiteral("field_dataset"));
    dataset_->setAccessibleName(tr("Field that is shown"));
    dataset_->setToolTip(tr("Which of the fields is shown"));
    dataset_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    label->setBuddy(dataset_);
    row->addWidget(label);
    row->addSpacing(6);
    row->addWidget(dataset_);
    row->addSpacing(8);
    about_ = new QLabel(bar_);
    about_->setObjectName(QStringLiteral("field_about"));
    about_->setForegroundRole(QPalette::PlaceholderText);
    about_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    row->addWidget(about_, 1);
    connect(dataset_, &QComboBox::textActivated, this, [this](const QString& name) {
        set_channel(name);
        Q_EMIT state_changed();
    });
    const auto add_toggle = [&](const char* name, Glyph icon, const QString& text, const QString& help) {
        auto* button = add_button(bar_, name, icon, text, help);
        button->setCheckable(true);
        return button;
    };
    surface_button_ = add_toggle("field_surface_button", Glyph::surface, tr("Surface"), tr("values as heights"));
    connect(surface_button_, &QToolButton::clicked, this, [this](bool on) {
        FieldStyle style = style_;
        style.surface = on;
        user_style(style);
    });
    difference_button_ = add_toggle("field_difference_button", Glyph::difference, tr("Difference"),
                                    tr("of the two fields, in a panel of its own"));
    connect(difference_button_, &QToolButton::clicked, this, [this](bool on) {
        FieldStyle style = style_;
        style.difference = on;
        user_style(style);
    });
    profile_x_ = add_toggle("field_profile_x", Glyph::profile_x, tr("Profile along x"),
                            tr("values through the probe or the middle (P); Shift+drag draws any line"));
    profile_y_ = add_toggle("field_profile_y", Glyph::profile_y, tr("Profile along y"),
                            tr("values through the probe or the middle (Shift+P)"));
    connect(profile_x_, &QToolButton::clicked, this, [this](bool on) { on ? profile_along(true) : remove_profile(); });
    connect(profile_y_, &QToolButton::clicked, this, [this](bool on) { on ? profile_along(false) : remove_profile(); });
    connect(add_button(bar_, "field_reset", Glyph::fit, tr("Whole field"), tr("show everything (0)")),
            &QToolButton::clicked, this, [this] {
                if (canvas_) canvas_->reset_camera();
            });
    add_figure_button(bar_, *this, QStringLiteral("field"), [this](bool save) { Q_EMIT figure_wanted(save); });
    settings_button_ = add_toggle("field_settings_button", Glyph::settings, tr("Settings"),
                                  tr("colours, range, surface, difference, live parameters"));
    connect(settings_button_, &QToolButton::toggled, this, [this](bool on) { settings_area_->setVisible(on); });
}

void FieldView::make_settings() {
    settings_ = new FieldSettings;
    settings_area_ = new QScrollArea(this);
    settings_area_->setObjectName(QStringLiteral("field_settings_area"));
    settings_area_->setWidgetResizable(true);
    settings_area_->setFrameShape(QFrame::NoFrame);
    settings_area_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    settings_area_->setWidget(settings_);
    settings_area_->setFixedWidth(settings_->sizeHint().width() + 24);
    settings_area_->hide();
    connect(settings_, &FieldSettings::style_wanted, this, &FieldView::user_style);
    connect(settings_, &FieldSettings::live_wanted, this, [this](const QString& field, const QVariant& value) {
        auto& held = live_values_[field.toStdString()]; // the overlay shows it, too
        if (std::holds_alternative<bool>(held)) held = value.toBool();
        if (std::holds_alternative<double>(held)) held = value.toDouble();
        if (std::holds_alternative<std::int64_t>(held)) held = static_cast<std::int64_t>(value.toLongLong());
        if (std::holds_alternative<std::string>(held)) held = value.toString().toStdString();
        if (canvas_) canvas_->update();
        Q_EMIT live_changed(field, value);
    });
}

void FieldView::make_profile() {
    profile_area_ = new QWidget(this);
    // It takes a third of the pictures' room and asks for none of its own, else the panel would grow and stay so.
    profile_area_->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Ignored);
    profile_area_->setMaximumHeight(180);
    auto* row = new QHBoxLayout(profile_area_);
    row->setContentsMargins(6, 0, 6, 0);
    row->setSpacing(0);
    profile_ = new PlotCanvas(profile_area_);
    profile_->setObjectName(QStringLiteral("field_profile"));
    profile_->setAccessibleName(tr("Values along the line"));
    profile_->setWhatsThis(tr("The values of the fields along the line that was drawn through them."));
    profile_->setMinimumHeight(40);
    row->addWidget(profile_, 1);
    auto* close = add_button(profile_area_, "field_profile_close", Glyph::close, tr("Remove the profile"),
                             tr("the line and its plot (Escape)"));
    row->setAlignment(close, Qt::AlignTop);
    connect(close, &QToolButton::clicked, this, &FieldView::remove_profile);
    profile_area_->hide();
}

void FieldView::make_time_row() {
    time_row_ = new QWidget(this);
    auto* row = new QHBoxLayout(time_row_);
    row->setContentsMargins(6, 0, 10, 0);
    row->setSpacing(2);
    connect(add_button(time_row_, "field_back", Glyph::back, tr("Step back"), tr("the time before (,)")),
            &QToolButton::clicked, this, [this] { set_step(step() - 1); });
    play_ = add_button(time_row_, "field_play", Glyph::play, tr("Play"), tr("play or pause (Space)"));
    play_->setCheckable(true);
    connect(play_, &QToolButton::toggled, this, &FieldView::play);
    connect(add_button(time_row_, "field_next", Glyph::next, tr("Step on"), tr("the time after (.)")),
            &QToolButton::clicked, this, [this] { set_step(step() + 1); });
    loop_ = add_button(time_row_, "field_loop", Glyph::loop, tr("Loop"), tr("begin again at the end"));
    loop_->setCheckable(true);
    speed_ = new QComboBox(time_row_);
    speed_->setObjectName(QStringLiteral("field_speed"));
    speed_->setAccessibleName(tr("Speed"));
    speed_->setPlaceholderText(tr("Speed"));
    speed_->setToolTip(tr("How fast is played: 1\u00d7 is %1 times a second").arg(times_a_second));
    for (const double factor : {0.5, 1.0, 2.0, 5.0}) speed_->addItem(tr("%1\u00d7").arg(factor), factor);
    row->addWidget(speed_);
    connect(speed_, &QComboBox::currentIndexChanged, this,
            [this] { play_timer_.setInterval(qRound(1000 / (times_a_second * speed_->currentData().toDouble()))); });
    connect(speed_, &QComboBox::activated, this, &FieldView::state_changed);
    set_speed(1);
    row->addSpacing(4);
    slider_ = new QSlider(Qt::Horizontal, time_row_);
    slider_->setObjectName(QStringLiteral("field_time"));
    slider_->setAccessibleName(tr("Time"));
    slider_->setToolTip(tr("The time that is shown"));
    slider_->setRange(0, 0);
    slider_->setMinimumWidth(60);
    row->addWidget(slider_, 1);
    connect(slider_, &QSlider::valueChanged, this, [this](int value) {
        show_time();
        if (value < steps()) reader_->request(times_[static_cast<std::size_t>(value)]);
        waiting_ = true;
    });
    row->addSpacing(6);
    time_label_ = new QLabel(time_row_);
    time_label_->setObjectName(QStringLiteral("field_time_label"));
    row->addWidget(time_label_);
}

void FieldView::set_style_of_fields(const FieldStyle& style) {
    style_ = style;
    settings_->set_style(style);
    surface_button_->setChecked(style.surface);
    difference_button_->setChecked(style.difference);
    if (!canvas_) return;
    canvas_->set_surface(style.surface);
    canvas_->set_smooth(style.smooth);
    canvas_->set_height(style.height);
    canvas_->set_overlay(style.overlay || !live_fields_.empty() ? [this] { draw_overlay(); } : std::function<void()>());
    schedule();
}

// Colour maps are only asked for here; the rest of the style is the view's own.
void FieldView::user_style(const FieldStyle& style) {
    const bool other_map = style.map != style_.map,
               other_of_difference = style.of_difference.map != style_.of_difference.map;
    FieldStyle own = style;
    own.map = style_.map;
    own.of_difference.map = style_.of_difference.map;
    if (own != style_ || (!other_map && !other_of_difference)) {
        const bool turned = own.surface != style_.surface;
        set_style_of_fields(own);
        if (turned && canvas_) canvas_->reset_camera();
        Q_EMIT state_changed();
    }
    if (other_map) Q_EMIT colour_map_wanted(style.map, false);
    if (other_of_difference) Q_EMIT colour_map_wanted(style.of_difference.map, true);
}

QString FieldView::set_colour_map(const QString& map, bool of_difference) {
    FieldStyle style = style_;
    const auto was = std::exchange(of_difference ? style.of_difference.map : style.map, map);
    set_style_of_fields(style);
    Q_EMIT state_changed();
    return was;
}

int FieldView::step() const { return slider_->value(); }

void FieldView::set_step(int step) { slider_->setValue(std::clamp(step, 0, std::max(0, steps() - 1))); }

void FieldView::play(bool on) {
    const QSignalBlocker quiet(play_);
    on = on && steps() > 1;
    play_->setChecked(on);
    play_->setIcon(icon_of(on ? Glyph::pause : Glyph::play));
    if (on && step() == steps() - 1) set_step(0);
    on ? play_timer_.start() : play_timer_.stop();
}

void FieldView::set_speed(double factor) {
    if (const int found = speed_->findData(factor); found >= 0) speed_->setCurrentIndex(found);
}

void FieldView::advance() {
    if (waiting_) return; // the disk sets the pace where it is slower
    if (step() + 1 < steps()) return set_step(step() + 1);
    if (loop_->isChecked()) return set_step(0);
    play(false);
}

void FieldView::show_time() {
    const bool recorded = steps() > 1;
    const bool live = !frames_.empty() && read_.empty();
    time_row_->setVisible(recorded || live);
    for (QWidget* child : time_row_->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly))
        if (child != time_label_) child->setVisible(recorded);
    if (!times_.empty()) {
        const double now = times_[static_cast<std::size_t>(std::min(step(), steps() - 1))];
        time_label_->setText(tr("t = %1 / %2").arg(now, 0, 'g', 5).arg(times_.back(), 0, 'g', 5));
        time_label_->setToolTip(tr("Step %1 of %2").arg(step() + 1).arg(steps()));
    } else if (live) {
        double newest = 0;
        for (const Shown& frame : frames_) newest = std::max(newest, frame.time);
        time_label_->setText(tr("last live frame, step %1").arg(newest, 0, 'f', 0));
        time_label_->setToolTip({});
    } else {
        time_label_->clear();
    }
}

void FieldView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    QTimer::singleShot(0, this, &FieldView::show_bar); // what is written there fits when the bar has its new width
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
    case Qt::Key_Escape:
        if (profile_area_->isVisible()) return remove_profile();
        return QWidget::keyPressEvent(event);
    default:
        QWidget::keyPressEvent(event);
    }
}

} // namespace orrery::gui
