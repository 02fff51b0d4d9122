// SPDX-License-Identifier: GPL-3.0-or-later
// FieldView: which fields are shown, how they become panels, and what is kept of their looks.
#include "views/field/field_view.h"

#include "core/error.h"
#include "views/plot/curve_colours.h"
#include "views/plot/plot_canvas.h"

#include <QComboBox>
#include <QLabel>
#include <QSlider>
#include <QToolButton>

#include <algorithm>
#include <cmath>

namespace orrery::gui {

namespace {

constexpr std::size_t most_panels = 6;
constexpr int patience_ms = 300; // old pictures stay while new ones are read

const auto reference_name = QStringLiteral("reference");
const auto error_name = QStringLiteral("error");

// What a run's field is compared with, or the comparison: a file or a dataset of that name.
bool is_reference(const FieldSource& source) {
    return source.dataset == reference_name || source.artifact == reference_name;
}
bool is_error(const FieldSource& source) { return source.dataset == error_name || source.artifact == error_name; }

QString key_of(const QString& run, const QString& channel) { return run + QLatin1Char('/') + channel; }

} // namespace

// --- which ---

void FieldView::set_sources(const std::vector<FieldSource>& sources) {
    if (sources == offered_ && !sources.empty()) return;
    offered_ = sources;
    found_.clear();
    choose();
}

QStringList FieldView::channels() const {
    QStringList all;
    const auto add = [&](const QString& name) {
        if (!name.isEmpty() && !all.contains(name)) all.append(name);
    };
    for (const FieldSource& source : offered_) add(source.dataset);
    for (const QString& name : found_) add(name);
    for (const Shown& frame : frames_) add(frame.channel);
    // What was computed comes before what it is compared with.
    std::stable_partition(all.begin(), all.end(),
                          [](const QString& name) { return name != reference_name && name != error_name; });
    return all;
}

void FieldView::set_channel(const QString& channel) {
    if (channel == channel_ || !channels().contains(channel)) return;
    enter_channel(channel);
    choose();
}

void FieldView::enter_channel(const QString& channel) {
    if (channel == channel_) return;
    const bool first = channel_.isEmpty();
    if (!first) looks_[channel_] = {style_, canvas_ ? canvas_->camera() : FieldCanvas::Camera()};
    channel_ = channel;
    const auto found = looks_.find(channel);
    if (first && found == looks_.end()) return; // what was set before anything was shown
    const Look look = found == looks_.end() ? Look() : found->second;
    set_style_of_fields(look.style);
    if (canvas_) canvas_->set_camera(look.camera);
}

void FieldView::choose() {
    const QStringList all = channels();
    if (!all.isEmpty() && !all.contains(channel_)) enter_channel(all.front());
    std::vector<FieldSource> chosen;
    for (const FieldSource& source : offered_) {
        if (!source.dataset.isEmpty() && source.dataset != channel_) continue;
        chosen.push_back(source);
        if (found_.contains(channel_)) chosen.back().dataset = channel_;
    }
    // Where one file holds all unknowns, the reference and the error have datasets of the same names.
    const auto is_result = [](const FieldSource& source) { return !is_reference(source) && !is_error(source); };
    if (std::any_of(chosen.begin(), chosen.end(), is_result))
        std::erase_if(chosen, [&](const FieldSource& source) { return !is_result(source); });
    if (chosen.size() == 1 && is_result(chosen.front()))
        for (const FieldSource& source : offered_)
            if (is_reference(source) && source.run == chosen.front().run &&
                (source.dataset == reference_name || source.dataset == channel_)) {
                chosen.push_back(source);
                break;
            }
    const auto there = chosen.size();
    if (there > most_panels) chosen.resize(most_panels);
    note_ = there > most_panels ? tr("%1 of %2 fields are shown.").arg(most_panels).arg(there) : QString();
    show_bar();
    if (chosen == sources_) return schedule();
    sources_ = std::move(chosen);
    difference_ = {};
    differed_ = {};
    reader_->open(sources_);
    opened_.start();
    if (!sources_.empty()) return;
    read_.clear();
    times_.clear();
    play(false);
    show_time();
    schedule();
}

void FieldView::sources_opened(const std::vector<OpenedSource>& opened) {
    read_.assign(opened.size(), {});
    const auto before = time_shown();
    times_.clear();
    for (std::size_t s = 0; s < std::min(opened.size(), sources_.size()); ++s) {
        read_[s].label = sources_[s].label;
        read_[s].run = sources_[s].run;
        read_[s].channel = opened[s].dataset;
        read_[s].problem = opened[s].problem;
        read_[s].times = opened[s].times;
        if (opened[s].times.size() > times_.size()) times_ = opened[s].times;
        if (sources_[s].run.isEmpty())
            for (const QString& name : opened[s].datasets)
                if (!found_.contains(name)) found_.append(name);
        // What the run has kept takes the place of what it showed.
        std::erase_if(frames_,
                      [&](const Shown& frame) { return !sources_[s].run.isEmpty() && frame.run == sources_[s].run; });
    }
    if (channel_.isEmpty() || !channels().contains(channel_)) enter_channel(channels().value(0));
    // At the same time as before; at first at the end, where most has happened.
    const int last = std::max(0, steps() - 1);
    int wanted = last;
    if (before)
        while (wanted > 0 && std::abs(times_[static_cast<std::size_t>(wanted) - 1] - *before) <=
                                 std::abs(times_[static_cast<std::size_t>(wanted)] - *before))
            --wanted;
    const QSignalBlocker quiet(slider_);
    slider_->setRange(0, last);
    slider_->setValue(wanted);
    slider_->setPageStep(std::max(1, steps() / 10));
    if (!times_.empty()) reader_->request(times_[static_cast<std::size_t>(wanted)]);
    waiting_ = !times_.empty();
    show_bar();
    show_time();
    schedule();
}

std::optional<Figure> FieldView::figure() const {
    if (sources_.empty() || read_.empty() || !read_.front().grid || sources_.front().artifact.isEmpty() || !canvas_ ||
        canvas_->panels().empty() || !canvas_->panels().front().grid)
        return std::nullopt;
    const FieldSource& source = sources_.front();
    const Shown& shown = read_.front();
    Figure figure;
    figure.kind = style_.surface ? "surface" : "field";
    figure.runs = {source.run.toStdString()};
    figure.artifact = source.artifact.toStdString();
    figure.field = shown.channel.toStdString();
    const auto at = std::find(shown.times.begin(), shown.times.end(), shown.time);
    figure.step = at == shown.times.end() ? -1 : static_cast<std::int64_t>(at - shown.times.begin());
    const ColourScale& scale = canvas_->panels().front().scale;
    figure.colour_map = scale.map->id.toStdString();
    figure.log_colours = scale.logarithmic;
    if (style_.range != RangeMode::this_time)
        figure.range = {scale.low, scale.high};
    else
        figure.centred = !scale.logarithmic && scale.low == -scale.high;
    if (style_.surface) {
        const auto camera = canvas_->camera();
        figure.relief = style_.height;
        figure.azimuth = std::remainder(camera.azimuth, 360.0);
        figure.elevation = std::clamp(camera.elevation, -89.0, 89.0);
        figure.zoom = std::clamp(canvas_->magnification(), 0.01, 1000.0);
        if (camera.scale > 0) figure.centre = {camera.x, camera.y};
    } else {
        figure.smooth = style_.smooth;
    }
    return figure;
}

std::optional<double> FieldView::time_shown() const {
    return steps() > 1 ? std::optional(times_[static_cast<std::size_t>(step())]) : std::nullopt;
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

void FieldView::ranges_known(const std::vector<FieldRange>& ranges, const FieldRange& difference) {
    for (std::size_t s = 0; s < std::min(ranges.size(), read_.size()); ++s) read_[s].range.add(ranges[s]);
    difference_.range.add(difference);
    schedule();
}

void FieldView::show_frame(const LiveFrame& frame) {
    const auto known = std::find_if(frames_.begin(), frames_.end(), [&](const Shown& shown) {
        return shown.run == frame.run && shown.channel == frame.channel;
    });
    maker_->add(key_of(frame.run, frame.channel), frame.array, frame.step);
    if (known != frames_.end()) {
        known->label = frame.label;
        return;
    }
    frames_.push_back({frame.run, frame.channel, frame.label, {}, {}, {}, 0});
    choose();
}

void FieldView::frame_made(const QString& key, const Grid& grid, double step, const QString& problem) {
    const auto found = std::find_if(frames_.begin(), frames_.end(),
                                    [&](const Shown& shown) { return key_of(shown.run, shown.channel) == key; });
    if (found == frames_.end()) return; // removed in the meantime
    found->grid = grid;
    found->time = step;
    found->problem = problem;
    if (grid) found->range.add(grid->range);
    if (found->channel == channel_) schedule();
}

void FieldView::keep_frames(const QStringList& runs) {
    runs_chosen_ = runs.size();
    show_hint();
    const auto gone = std::erase_if(frames_, [&](const Shown& frame) {
        if (runs.contains(frame.run)) return false;
        maker_->forget(key_of(frame.run, frame.channel));
        return true;
    });
    if (gone > 0) choose();
}

void FieldView::set_looked_into(qsizetype runs, qsizetype of, bool removed) {
    const auto left_out = runs < of ? tr("Fields of the first %1 of %2 selected runs.").arg(runs).arg(of) : QString();
    if (left_out == left_out_ && removed == removed_) return;
    left_out_ = left_out;
    removed_ = removed;
    show_hint();
    show_probe();
}

void FieldView::set_live_fields(const std::vector<Field>& fields, const Values& values) {
    if (fields == live_fields_ && values == live_values_) return;
    live_fields_ = fields;
    live_values_ = values;
    settings_->set_live_fields(fields, values);
    set_style_of_fields(style_); // the overlay comes or goes
}

// --- as panels ---

void FieldView::schedule() {
    if (!refresh_timer_.isActive()) refresh_timer_.start();
}

std::vector<const FieldView::Shown*> FieldView::shown_fields() const {
    std::vector<const Shown*> all;
    for (const Shown& shown : read_) all.push_back(&shown);
    for (const Shown& frame : frames_)
        if (frame.channel == channel_ && all.size() < most_panels) all.push_back(&frame);
    return all;
}

bool FieldView::has_reference() const {
    return sources_.size() == 2 && is_reference(sources_[1]) && !is_reference(sources_[0]);
}

QString FieldView::title_of(const Shown& shown, std::size_t panel, std::size_t of) const {
    QString title = shown.label;
    const bool live = panel >= read_.size();
    if (!live && has_reference())
        title = panel == 0 ? tr("prediction") : tr("reference");
    else if (of == 1 || title.isEmpty())
        title = title.isEmpty() || title == shown.channel ? shown.channel
                                                          : QStringLiteral("%1 \u00b7 %2").arg(shown.channel, title);
    if (live && title != tr("live")) title = tr("%1, live").arg(title);
    const bool other_time = !live && !times_.empty() && shown.grid && !waiting_ &&
                            std::abs(shown.time - times_[static_cast<std::size_t>(step())]) > 1e-9 * times_.back();
    return other_time ? tr("%1 (t = %2)").arg(title).arg(shown.time, 0, 'g', 4) : title;
}

// Values that all panels share tell none of them from the others.
void FieldView::shorten_titles(std::vector<FieldPanel>& panels) {
    const auto parts_of = [](const FieldPanel& panel) { return panel.title.split(QLatin1Char(' ')); };
    QStringList shared = panels.size() > 1 ? parts_of(panels[0]).filter(QLatin1String("=")) : QStringList();
    for (const FieldPanel& panel : panels)
        shared.removeIf([parts = parts_of(panel)](const QString& part) { return !parts.contains(part); });
    for (FieldPanel& panel : panels) {
        QStringList parts = parts_of(panel);
        parts.removeIf([&](const QString& part) { return shared.contains(part); });
        panel.brief = parts.isEmpty() ? panel.title : parts.join(QLatin1Char(' '));
    }
}

FieldPanel FieldView::panel_of(const Shown& shown, const FieldRange& all) const {
    FieldPanel panel;
    panel.grid = shown.grid;
    QString note;
    panel.scale = scale_of(style_, all, &note);
    if (!shown.grid) {
        panel.message = shown.problem.isEmpty() ? tr("Reading ...") : shown.problem;
        return panel;
    }
    QStringList notes;
    if (!shown.problem.isEmpty()) notes << shown.problem;
    if (!note.isEmpty()) notes << note;
    if (shown.grid->not_finite == shown.grid->values.size())
        notes << tr("No value is a finite number.");
    else if (shown.grid->not_finite > 0)
        notes << tr("%n value(s) not finite.", "", static_cast<int>(shown.grid->not_finite));
    else if (shown.grid->range.low == shown.grid->range.high)
        notes << tr("Every value is %1.").arg(shown.grid->range.low, 0, 'g', 6);
    panel.message = notes.join(QLatin1Char(' '));
    return panel;
}

void FieldView::add_difference(const std::vector<const Shown*>& all, std::vector<FieldPanel>& panels) {
    const std::tuple wanted(all[0]->grid, all[1]->grid, style_.absolute);
    if (wanted != differed_) {
        differed_ = wanted;
        difference_.problem.clear();
        difference_.grid = nullptr;
        try {
            difference_.grid = difference(*all[0]->grid, *all[1]->grid, style_.absolute);
        } catch (const Error& error) {
            difference_.problem = QString::fromUtf8(error.what());
        }
    }
    const QString name =
        has_reference() ? tr("difference") : QStringLiteral("%1 \u2212 %2").arg(panels[0].brief, panels[1].brief);
    const QString title = style_.absolute ? QStringLiteral("|%1|").arg(name) : name;
    if (!difference_.grid) {
        panels.push_back(panel_of(difference_, {}));
        panels.back().title = title;
        return;
    }
    if (!all[0]->grid->same_grid(*all[1]->grid))
        difference_note_ = tr("The difference is at the %1 \u00d7 %2 points that both fields have.")
                               .arg(difference_.grid->nx)
                               .arg(difference_.grid->ny);
    FieldRange range = difference_.grid->range;
    if (style_.of_difference.range == RangeMode::all_times) {
        range.add(difference_.range); // of the size
        if (!style_.absolute) range.low = std::min(range.low, -difference_.range.high);
    }
    ColourStyle style = style_.of_difference;
    if (style.map.isEmpty() && !style_.absolute) style.map = QStringLiteral("balance");
    style.centred = style.centred || !style_.absolute;
    if (style_.absolute && !style.logarithmic && !style.centred && style.range != RangeMode::fixed) range.low = 0;
    FieldPanel panel = panel_of(difference_, range);
    QString note;
    panel.scale = scale_of(style, range, &note);
    panel.title = title;
    settings_->set_shown_range(panel.scale.low, panel.scale.high, true);
    panels.push_back(std::move(panel));
}

void FieldView::refresh() {
    if (!canvas_) return;
    const auto all = shown_fields();
    const bool all_wait = std::all_of(all.begin(), all.end(),
                                      [](const Shown* shown) { return !shown->grid && shown->problem.isEmpty(); });
    if (!all.empty() && all_wait && opened_.isValid() && opened_.elapsed() < patience_ms &&
        !canvas_->panels().empty()) {
        QTimer::singleShot(patience_ms, this, &FieldView::schedule);
        return;
    }
    hint_->setVisible(all.empty());
    canvas_->setVisible(!all.empty());
    bar_->setVisible(!all.empty());
    FieldRange range; // one for all, so that equal colours are equal values
    for (const Shown* shown : all)
        if (shown->grid) range.add(style_.range == RangeMode::this_time ? shown->grid->range : shown->range);
    std::vector<FieldPanel> panels;
    for (std::size_t p = 0; p < all.size(); ++p) {
        panels.push_back(panel_of(*all[p], range));
        panels.back().title = title_of(*all[p], p, all.size());
    }
    shorten_titles(panels);
    difference_note_.clear();
    const bool pair = all.size() >= 2 && all[0]->grid && all[1]->grid;
    difference_button_->setEnabled(all.size() >= 2);
    if (!panels.empty()) settings_->set_shown_range(panels[0].scale.low, panels[0].scale.high);
    if (style_.difference && pair) add_difference(all, panels);
    canvas_->set_panels(std::move(panels));
    show_bar();
    show_probe();
    show_time();
    if (profile_area_->isVisible() && canvas_->profile_line()) take_profile(0);
    Q_EMIT shown();
}

void FieldView::show_hint() {
    if (!canvas_) return; // it says why
    auto words = runs_chosen_ == 0     ? tr("Choose a run that wrote a field, or start one, to see it here.")
                 : runs_chosen_ == 1   ? tr("The selected run has no field.")
                 : left_out_.isEmpty() ? tr("None of the selected runs has a field.")
                                       : tr("None of the first selected runs has a field.");
    if (removed_ && runs_chosen_ == 1) words = tr("The artifacts of the selected run were removed.");
    if (removed_ && runs_chosen_ > 1) words += QLatin1Char(' ') + tr("The artifacts of some were removed.");
    if (removed_ && runs_chosen_ > 0)
        words += QLatin1Char(' ') + tr("\"Bring the artifacts back\" is in the menu of the runs.");
    hint_->setText(words);
}

void FieldView::show_bar() {
    const QStringList all = channels();
    QStringList there;
    for (int i = 0; i < dataset_->count(); ++i) there << dataset_->itemText(i);
    if (there != all) {
        dataset_->clear();
        dataset_->addItems(all);
    }
    dataset_->setEnabled(all.size() > 1);
    dataset_->setCurrentText(channel_);
    const auto shown = shown_fields();
    QStringList parts;
    if (has_reference() && !read_.empty() && !read_[0].label.isEmpty()) parts << read_[0].label;
    if (!shown.empty() && shown[0]->grid)
        parts << tr("%1 \u00d7 %2 points").arg(shown[0]->grid->nx).arg(shown[0]->grid->ny);
    const QString about = parts.join(QStringLiteral("  \u00b7  "));
    about_->setText(about_->fontMetrics().elidedText(about, Qt::ElideRight, about_->width()));
    about_->setToolTip(about);
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
    probe_label_->setForegroundRole(text.isEmpty() ? QPalette::PlaceholderText : QPalette::WindowText);
    QStringList parts;
    for (const QString& part : {left_out_, note_, difference_note_})
        if (!part.isEmpty()) parts << part;
    if (parts.isEmpty()) parts << tr("Point at the picture for values; Shift+drag for a profile.");
    probe_label_->setText(text.isEmpty() ? parts.join(QLatin1Char(' ')) : text);
    probe_label_->setToolTip(text.isEmpty() ? probe_label_->text() : QString());
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
    options.legend = curves.size() > 1;
    profile_->set_options(options);
    profile_->set_place_words(tr("%1 along the line"));
    profile_->xAxis->setLabel(tr("along the line, 0 to %1").arg(length, 0, 'g', 4));
    profile_->set_curves(std::move(curves));
    profile_area_->show();
    profile_->refresh();
    profile_x_->setChecked(line.from[1] == line.to[1]);
    profile_y_->setChecked(line.from[0] == line.to[0]);
}

void FieldView::remove_profile() {
    profile_area_->hide();
    profile_x_->setChecked(false);
    profile_y_->setChecked(false);
    if (canvas_) canvas_->set_profile_line({});
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

// --- what is kept ---

namespace {

constexpr quint32 magic_number = 0x4f464c44;
constexpr qint32 state_version = 3;

QDataStream& operator<<(QDataStream& out, const FieldCanvas::Camera& camera) {
    return out << camera.x << camera.y << camera.scale << camera.azimuth << camera.elevation;
}

QDataStream& operator>>(QDataStream& in, FieldCanvas::Camera& camera) {
    return in >> camera.x >> camera.y >> camera.scale >> camera.azimuth >> camera.elevation;
}

} // namespace

QByteArray FieldView::save_state() const {
    QByteArray bytes;
    QDataStream out(&bytes, QIODevice::WriteOnly);
    out.setVersion(QDataStream::Qt_6_0);
    auto looks = looks_;
    looks[channel_] = {style_, canvas_ ? canvas_->camera() : FieldCanvas::Camera()};
    out << magic_number << state_version << channel_ << loop_->isChecked() << speed_->currentData().toDouble()
        << settings_button_->isChecked() << static_cast<quint32>(looks.size());
    for (const auto& [channel, look] : looks) out << channel << look.style << look.camera;
    return bytes;
}

void FieldView::restore_state(const QByteArray& state) {
    QDataStream in(state);
    in.setVersion(QDataStream::Qt_6_0);
    quint32 magic = 0, count = 0;
    qint32 version = 0;
    QString channel;
    bool loop = false, settings = false;
    double speed = 1;
    std::map<QString, Look> looks;
    if (!state.isEmpty()) {
        in >> magic >> version;
        if (magic != magic_number || version != state_version) return;
        in >> channel >> loop >> speed >> settings >> count;
        for (quint32 i = 0; i < count && in.status() == QDataStream::Ok; ++i) {
            QString name;
            Look look;
            in >> name >> look.style >> look.camera;
            const auto& camera = look.camera;
            if (std::isfinite(camera.x + camera.y + camera.scale + camera.azimuth + camera.elevation))
                looks[name] = look;
        }
        if (in.status() != QDataStream::Ok) return;
    }
    loop_->setChecked(loop);
    set_speed(speed);
    settings_button_->setChecked(settings);
    looks_ = std::move(looks);
    const bool goes_there = channels().contains(channel) || channels().isEmpty();
    const QString wanted = goes_there && !channel.isEmpty() ? channel : channel_;
    const auto found = looks_.find(wanted);
    const Look look = found == looks_.end() ? Look() : found->second;
    channel_ = wanted;
    set_style_of_fields(look.style);
    if (canvas_) canvas_->set_camera(look.camera);
    choose();
}

} // namespace orrery::gui
