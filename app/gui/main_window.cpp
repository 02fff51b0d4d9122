// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/main_window.h"

#include "app/gui/panel_title.h"
#include "app/gui/problem_files.h"
#include "app/gui/run_commands.h"
#include "app/gui/scripting.h"
#include "app/gui/system_colours.h"
#include "app/gui/welcome_page.h"
#include "core/device.h"
#include "core/figure/figure_commands.h"
#include "core/project_commands.h"
#include "views/icons/icons.h"

#include <QAction>
#include <QApplication>
#include <QCloseEvent>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QStatusBar>
#include <QTabBar>
#include <QThreadPool>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace orrery::gui {

namespace {

constexpr int form_ms = 700;      // a change of the form becomes a command when it rests
constexpr int forms_ms = 250;     // until changed forms are written: a crash soon after takes nothing that was typed
constexpr int layout_ms = 30'000; // between two writings of the layout
constexpr int wide_toolbar = 1250;
constexpr int wide_window = 1400; // pixels: from here on curves and comparison have room side by side

} // namespace

MainWindow::MainWindow(QWidget* parent) : QMainWindow(parent), commands_(std::make_unique<CommandThread>()) {
    setObjectName(QStringLiteral("window"));
    setWindowTitle(tr("Orrery"));
    setAcceptDrops(true);
    const auto room = screen()->availableSize() * 0.92;
    resize(room.boundedTo(QSize(1600, 1000)));
    setDockNestingEnabled(true);
    setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    make_window_actions();
    make_view_actions();
    add_project_commands(commands_->commands(), [this] {
        // Alive as long as a command is at work: projects are closed by commands alone.
        return handles_.get().writer.get();
    });
    add_figure_commands(commands_->commands(), [this] { return handles_.get().writer.get(); });
    add_exchange();
    add_run_commands(commands_->commands(), handles_, [this](const QStringList& ids) {
        commands_->note_started(ids);
        QMetaObject::invokeMethod(this, [this, ids] {
            if (to_select_.isEmpty()) to_select_ = ids; // of several that are started at once the first
        });
    });
    add_window_commands(*commands_, actions_);
    make_events();
    make_docks();
    make_scripting();
    make_actions();
    make_toolbar();
    make_menus();
    make_message_bar();
    arrange();
    palette_ = new Palette([this](const QString& typed) { return search(typed); }, this);
    connect(palette_, &Palette::chosen, this, &MainWindow::choose);
    frames_ = new FrameWatch(this);
    connect(frames_, &FrameWatch::frame, this, &MainWindow::show_frame);
    connect(commands_.get(), &CommandThread::recorded, this,
            [this](const QString& line) { log_->add(LogPanel::Kind::python, line); });
    connect(commands_.get(), &CommandThread::done, this, [this](const QString& sentence) {
        log_->add(LogPanel::Kind::note, sentence);
        statusBar()->showMessage(sentence, 10'000);
    });
    connect(commands_.get(), &CommandThread::failed, this,
            [this](const QString&, const QString& what, const QString& hint, bool is_mistake) {
                tell(what, hint, !is_mistake);
            });
    connect(commands_.get(), &CommandThread::titles_changed, this, &MainWindow::update_actions);
    checks_.setMaxThreadCount(1);
    form_timer_ = new QTimer(this);
    form_timer_->setSingleShot(true);
    form_timer_->setInterval(form_ms);
    connect(form_timer_, &QTimer::timeout, this, &MainWindow::form_changed);
    forms_timer_ = new QTimer(this);
    forms_timer_->setSingleShot(true);
    forms_timer_->setInterval(forms_ms);
    connect(forms_timer_, &QTimer::timeout, this, &MainWindow::keep_forms);
    layout_timer_ = new QTimer(this);
    connect(layout_timer_, &QTimer::timeout, this, &MainWindow::keep_layout);
    layout_timer_->start(layout_ms);
    show_project(nullptr);
    QTimer::singleShot(0, this, [this] { look_around(); });
}

// What the first picture of the window doesn't wait for.
void MainWindow::look_around() {
    auto* system = new SystemColours(this);
    connect(system, &SystemColours::told, this, [this](bool dark) {
        set_system_dark(dark);
        if (theme_of(settings_.value(QStringLiteral("theme")).toString()) == Theme::system) apply_theme(Theme::system);
    });
    if (!views_.field.possible) tell(views_.field.reason, {}, true);
    QThreadPool::globalInstance()->start([window = QPointer<MainWindow>(this)] {
        QStringList names;
        for (const auto& info : devices())
            if (info.device.cuda) names << QString::fromStdString(info.device.name());
        // What can be run is seen before a project is open.
        const auto catalogue = std::make_shared<PluginCatalogue>(plugin_path());
        QMetaObject::invokeMethod(qApp, [window, catalogue] {
            if (window && !window->current_) window->experiments_->set_plugins(catalogue->plugins());
        });
        QMetaObject::invokeMethod(qApp, [window, names] {
            if (window) window->device_->addItems(names);
        });
    });
}

MainWindow::~MainWindow() {
    closing_.request_stop();
    check_.request_stop();
    checks_.waitForDone();
    commands_->finish(); // nothing is asked of the window any more
    commands_.reset();
    scripting_->scripts()->disconnect(this);
    delete problems_;
    delete scripting_;
    handles_.set({});
    delete frames_;
    current_ = nullptr;
    qDeleteAll(projects_);
    // What the views say while they go is about nothing.
    const auto nothing = [](const auto&...) {};
    const auto no_reason = [](const auto&...) { return QString(); };
    const auto no_options = [] { return StartOptions(); };
    events_ = {[] {},   [] {},   nothing, nothing, nothing, nothing,   nothing,
               nothing, nothing, nothing, nothing, nothing, no_reason, no_options};
    qDeleteAll(docks_);
}

// --- what the views say ---

void MainWindow::make_events() {
    events_.form_changed = [this] {
        if (!setting_form_) form_timer_->start();
        update_actions();
    };
    events_.run_requested = [this] { perform(QStringLiteral("run.start")); };
    events_.runs_selected = [this](const QStringList& ids) {
        if (brushing_ || ids == selected_) return;
        selected_ = ids;
        show_selection();
    };
    events_.runs_brushed = [this](const QStringList& ids) { brush(ids); };
    events_.preset_saved = [this](const QString& name) {
        perform(QStringLiteral("parameters.save_preset"), {{QStringLiteral("name"), name}});
    };
    events_.preset_chosen = [this](const QString& name) {
        if (const auto parameters = preset(experiment_, name))
            perform(QStringLiteral("parameters.set"),
                    {{QStringLiteral("experiment"), experiment_}, {QStringLiteral("parameters"), *parameters}});
    };
    events_.reason = [this](const QString& id, const QVariantMap& arguments) {
        return reason(id, arguments.value(QStringLiteral("run")).toString());
    };
    events_.start_options = [this] {
        return StartOptions{seed_->value(), device_->currentText().toStdString(),
                            current_ ? current_->folder().toStdString() : std::string()};
    };
    events_.run_activated = [this](const QString& id) {
        perform(QStringLiteral("run.open"), {{QStringLiteral("run"), id}});
    };
    events_.log_wanted = [this](const QString& id) { jobs_->show_log(id); };
    events_.command_requested = [this](const QString& id, const QVariantMap& arguments) { perform(id, arguments); };
    events_.curves_wanted = [this](const QStringList& keys) { show_curves(keys); };
    events_.figure_wanted = [this](FigureSource source, bool save) { figure_wanted(source, save); };
    events_.live_changed = [this](const QString& field, const QVariant& value) {
        for (const auto& id : selected_) {
            const auto* row = current_ ? current_->run(id) : nullptr;
            if (!row || row->status != Status::running) continue;
            perform(QStringLiteral("run.live"), {{QStringLiteral("run"), id},
                                                 {QStringLiteral("field"), field},
                                                 {QStringLiteral("value"), value.toString()}});
            return;
        }
    };
}

// --- panels ---

QDockWidget* MainWindow::add_dock(const QString& name, const QString& title, QWidget* widget) {
    auto* dock = new QDockWidget(title, this);
    dock->setObjectName(QStringLiteral("dock_") + name);
    dock->setAccessibleName(title);
    dock->setWidget(widget);
    auto* panel_title = new PanelTitle(dock, name);
    connect(panel_title, &PanelTitle::command_requested, this, &MainWindow::perform);
    for (const auto signal : {&QDockWidget::visibilityChanged, &QDockWidget::topLevelChanged})
        connect(dock, signal, tabs_timer_, qOverload<>(&QTimer::start));
    connect(dock, &QDockWidget::dockLocationChanged, tabs_timer_, qOverload<>(&QTimer::start));
    docks_.insert(name, dock);
    return dock;
}

// A panel that shares its place with others is named by its tab.
void MainWindow::mark_tabbed() {
    for (auto* dock : docks_) {
        const auto others = tabifiedDockWidgets(dock);
        const bool tabbed =
            !dock->isFloating() && std::any_of(others.begin(), others.end(), [](const QDockWidget* other) {
                return !other->isFloating() && !other->isHidden();
            });
        static_cast<PanelTitle*>(dock->titleBarWidget())->set_tabbed(tabbed);
    }
}

void MainWindow::make_docks() {
    tabs_timer_ = new QTimer(this);
    tabs_timer_->setSingleShot(true);
    connect(tabs_timer_, &QTimer::timeout, this, &MainWindow::mark_tabbed);
    experiments_ = new ExperimentTree(this);
    jobs_ = new JobsPanel(this);
    log_ = new LogPanel(this);
    views_ = make_views(events_, this);
    auto* welcome = new WelcomePage(settings_, this);
    welcome_ = welcome;
    connect(welcome, &WelcomePage::open_requested, this, [this](const QString& path) {
        perform(QStringLiteral("project.open"),
                path.isEmpty() ? QVariantMap() : QVariantMap{{QStringLiteral("path"), path}});
    });
    add_dock(QStringLiteral("experiments"), tr("Experiments"), experiments_);
    add_dock(QStringLiteral("jobs"), tr("Jobs"), jobs_);
    add_dock(QStringLiteral("welcome"), tr("Welcome"), welcome_);
    add_dock(QStringLiteral("field"), tr("Field"), views_.field.widget);
    add_dock(QStringLiteral("graph"), tr("Graph"), views_.graph.widget);
    add_dock(QStringLiteral("plot"), tr("Metrics"), views_.plot.widget);
    add_dock(QStringLiteral("compare"), tr("Compare"), views_.compare.widget);
    add_dock(QStringLiteral("sweep"), tr("Sweep"), views_.sweep.widget);
    add_dock(QStringLiteral("runs"), tr("Runs"), views_.runs.widget);
    add_dock(QStringLiteral("gallery"), tr("Figures"), views_.gallery.widget);
    add_dock(QStringLiteral("parameters"), tr("Parameters"), views_.form.widget);
    add_dock(QStringLiteral("log"), tr("Log"), log_);

    connect(experiments_, &ExperimentTree::experiment_selected, this, [this](const QString& id) {
        draft_.clear();
        perform(QStringLiteral("experiment.select"), {{QStringLiteral("experiment"), id}});
    });
    connect(experiments_, &ExperimentTree::draft_selected, this, [this](const QString& name) {
        const auto* run = drafts_.find(name);
        if (!run) return;
        const auto experiment = QString::fromStdString(run->experiment);
        draft_ = name;
        seed_->set_value(static_cast<std::int64_t>(run->seed));
        perform(QStringLiteral("experiment.select"), {{QStringLiteral("experiment"), experiment}});
        perform(QStringLiteral("parameters.set"),
                {{QStringLiteral("experiment"), experiment},
                 {QStringLiteral("parameters"), joined(RecipeDrafts::assignments(*run))}});
        const auto* row = current_ ? RecipeDrafts::made(*run, *current_->runs(), current_->catalogue().get()) : nullptr;
        if (row) select_runs({QString::fromStdString(row->id)});
    });
    connect(experiments_, &ExperimentTree::draft_activated, this, [this](const QString& name) {
        perform(QStringLiteral("recipe.play"), {{QStringLiteral("name"), name}});
    });
    connect(experiments_, &ExperimentTree::play_requested, this, [this] {
        perform(QStringLiteral("recipe.play"), {{QStringLiteral("name"), QString()}});
    });
    connect(jobs_, &JobsPanel::command_requested, this, &MainWindow::perform);
    connect(jobs_, &JobsPanel::picked, this, [this](const QString& run) { select_runs({run}); });
    connect(jobs_, &JobsPanel::activated, this, events_.run_activated);
    connect(jobs_, &JobsPanel::log_wanted, this, [this](const QString& run) {
        if (current_) current_->read_log(run);
    });
}

// After all other commands, which it offers to the console.
void MainWindow::make_scripting() {
    scripting_ = new Scripting(*commands_, *log_,
                               {[this](const QString& what, const QString& hint) { tell(what, hint); },
                                [this](const QString& panel) { actions_.show_panel(panel, true); },
                                [this] { return projects_; }, [this] { return experiment_; }},
                               this);
    connect(scripting_, &Scripting::command_requested, this, &MainWindow::perform);
    connect(scripting_, &Scripting::reasons_changed, this, [this] {
        for (auto it = action_of_.begin(); it != action_of_.end(); ++it)
            if (Scripting::is_own(it.key())) update_action(it.key());
    });
    add_dock(QStringLiteral("console"), tr("Console"), scripting_->console());
    add_dock(QStringLiteral("scripts"), tr("Scripts"), scripting_->scripts());
    scripting_->commands_are_complete();
    problems_ = new ProblemFiles(
        *scripting_->scripts(), [this] { return current_ ? current_->catalogue() : Catalogue(); }, this);
    connect(scripting_->scripts(), &ScriptPanel::changed, this,
            [this] { update_action(QStringLiteral("problem.use")); });
    // The form may have been checked with what the file held before.
    connect(scripting_->scripts(), &ScriptPanel::saved, this, [this](const QString& file) {
        if (views_.form.assignments().filter(file).isEmpty()) return;
        check_in_background();
    });
}

// Where the panels are in the beginning, and after a reset: left what can be run and what runs, right the form and the
// log, between them the field above the curves and the runs.
void MainWindow::arrange() {
    auto* left = dock(QStringLiteral("experiments"));
    auto* jobs = dock(QStringLiteral("jobs"));
    auto* field = dock(QStringLiteral("field"));
    auto* plot = dock(QStringLiteral("plot"));
    auto* compare = dock(QStringLiteral("compare"));
    auto* runs = dock(QStringLiteral("runs"));
    auto* right = dock(QStringLiteral("parameters"));
    auto* log = dock(QStringLiteral("log"));
    auto* welcome = dock(QStringLiteral("welcome"));
    addDockWidget(Qt::LeftDockWidgetArea, left);
    splitDockWidget(left, field, Qt::Horizontal);
    splitDockWidget(field, right, Qt::Horizontal);
    splitDockWidget(left, jobs, Qt::Vertical);
    splitDockWidget(right, log, Qt::Vertical);
    // Split before anything is tabbed: what is split off a group of tabs joins it.
    splitDockWidget(field, runs, Qt::Vertical);
    splitDockWidget(field, plot, Qt::Vertical);
    const bool wide = width() >= wide_window;
    if (wide) splitDockWidget(plot, compare, Qt::Horizontal);
    tabifyDockWidget(field, dock(QStringLiteral("graph")));
    tabifyDockWidget(field, dock(QStringLiteral("scripts")));
    tabifyDockWidget(runs, dock(QStringLiteral("console")));
    tabifyDockWidget(field, welcome);
    if (!wide) tabifyDockWidget(plot, compare);
    tabifyDockWidget(runs, dock(QStringLiteral("gallery")));
    tabifyDockWidget(plot, dock(QStringLiteral("sweep")));
    plot->raise();
    runs->raise();
    welcome->raise();
}

// Once the panels have got their places: before, they have no sizes that could be changed.
void MainWindow::showEvent(QShowEvent* event) {
    QMainWindow::showEvent(event);
    if (!first_state_.isEmpty()) return;
    QApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
    const auto share = [this](std::initializer_list<const char*> names, const QList<int>& parts,
                              Qt::Orientation along) {
        QList<QDockWidget*> docks;
        for (const auto* name : names) docks << dock(QString::fromUtf8(name));
        resizeDocks(docks, parts, along);
    };
    const bool wide = width() >= wide_window;
    const int side = wide ? 300 : 260;
    share({"experiments", "field", "parameters"}, {side, width() - 2 * side - 40, side + 40}, Qt::Horizontal);
    share({"experiments", "jobs"}, {3 * height() / 5, 2 * height() / 5}, Qt::Vertical);
    share({"parameters", "log"}, {5 * height() / 7, 2 * height() / 7}, Qt::Vertical);
    share({"field", "plot", "runs"}, {9 * height() / 20, 6 * height() / 20, 5 * height() / 20}, Qt::Vertical);
    if (wide) share({"plot", "compare"}, {width() / 4, width() / 4}, Qt::Horizontal);
    first_state_ = saveState();
}

void MainWindow::make_toolbar() {
    auto* bar = addToolBar(tr("Main"));
    bar->setObjectName(QStringLiteral("toolbar"));
    bar->setMovable(false);
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    switcher_ = new QComboBox(this);
    switcher_->setObjectName(QStringLiteral("project_switcher"));
    switcher_->setAccessibleName(tr("Project"));
    switcher_->setToolTip(tr("The project that is shown; others that are open can be chosen here"));
    switcher_->setMinimumContentsLength(18);
    switcher_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    connect(switcher_, &QComboBox::activated, this, [this](int index) {
        perform(QStringLiteral("project.switch"), {{QStringLiteral("folder"), switcher_->itemData(index).toString()}});
    });
    bar->addWidget(switcher_);
    auto* find = new QPushButton(this);
    find_ = find;
    find->setObjectName(QStringLiteral("find"));
    find->setAccessibleName(tr("Find a command"));
    find->setToolTip(tr("Open the palette"));
    find->setIcon(icon_of(Glyph::search));
    find->setStyleSheet(QStringLiteral("QPushButton { text-align: left; padding: 5px 10px; border: 1px solid "
                                       "palette(mid); border-radius: 4px; background: palette(base) }"
                                       "QPushButton:focus { border-color: palette(highlight) }"));
    connect(find, &QPushButton::clicked, this, [this] { perform(QStringLiteral("view.palette")); });
    bar->addWidget(find);
    auto* space = new QWidget(this);
    space->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    bar->addWidget(space);
    auto* play = new QToolButton(this);
    play->setObjectName(QStringLiteral("toolbar_recipe.play"));
    play->setText(tr("Play recipe"));
    play->setIcon(icon_of(Glyph::play));
    play->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    play->setToolTip(tr("Make the runs of the recipe that haven't been made yet (Ctrl+Shift+Return)"));
    play->setFocusPolicy(Qt::TabFocus);
    connect(play, &QToolButton::clicked, this, [this] { perform(QStringLiteral("recipe.play")); });
    play_ = bar->addWidget(play);
    const std::pair<const char*, Glyph> acts[] = {
        {"run.start", Glyph::play}, {"run.stop", Glyph::stop}, {"run.resume", Glyph::resume}};
    for (const auto& [id, glyph] : acts) {
        auto* action = action_of_[QString::fromUtf8(id)];
        const bool start = glyph == Glyph::play;
        action->setIcon(start ? icon_of(glyph, Qt::white) : icon_of(glyph));
        bar->addAction(action);
        auto* button = bar->widgetForAction(action);
        button->setObjectName(QStringLiteral("toolbar_") + QString::fromUtf8(id));
        button->setFocusPolicy(Qt::TabFocus);
        if (start)
            button->setStyleSheet(QStringLiteral(
                "QToolButton { background: #2a7d4f; color: white; border: 1px solid #2a7d4f; border-radius: 4px; "
                "padding: 4px 14px; font-weight: bold }"
                "QToolButton:hover { background: #33935e } QToolButton:pressed { background: #216541 }"
                "QToolButton:focus { border-color: palette(text) }"
                "QToolButton:disabled { background: transparent; border-color: palette(mid); color: palette(mid) }"));
    }
    bar->addSeparator();
    auto* seed_label = new QLabel(tr("&Seed "), this);
    seed_ = new SeedBox(this);
    seed_->setObjectName(QStringLiteral("seed"));
    seed_->setAccessibleName(tr("Seed"));
    seed_->setToolTip(tr("Seed of all random numbers of the next run"));
    seed_label->setBuddy(seed_);
    auto* device_label = new QLabel(tr(" &Device "), this);
    device_ = new QComboBox(this);
    device_->setObjectName(QStringLiteral("device"));
    device_->setAccessibleName(tr("Device"));
    device_->setToolTip(tr("Where the next run computes; auto takes a GPU where there is one"));
    device_->addItems({QStringLiteral("auto"), QStringLiteral("cpu")});
    device_label->setBuddy(device_);
    for (QWidget* each : std::initializer_list<QWidget*>{seed_label, seed_, device_label, device_})
        bar->addWidget(each);
    statusBar()->setObjectName(QStringLiteral("status"));
    fit_toolbar();
}

// A narrow window has room for what is used most.
void MainWindow::fit_toolbar() {
    const bool wide = width() >= wide_toolbar;
    find_->setText(wide ? tr("Type a command, experiment or run...   Ctrl+Shift+P") : tr("Find...   Ctrl+Shift+P"));
    switcher_->setMinimumContentsLength(wide ? 18 : 10);
}

// Below the menus: as high as its words want it, which a tool bar would not grant.
void MainWindow::make_message_bar() {
    auto* top = new QWidget(this);
    auto* column = new QVBoxLayout(top);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    message_ = new MessageBar(top);
    message_->hide();
    column->addWidget(menus_);
    column->addWidget(message_);
    setMenuWidget(top);
    connect(message_, &MessageBar::shown_changed, message_, &QWidget::setVisible);
    connect(message_, &MessageBar::report_wanted, this, [this] { perform(QStringLiteral("help.report")); });
}

void MainWindow::tell(const QString& what, const QString& hint, bool can_report) {
    message_->tell(what, hint, can_report);
    log_->add(LogPanel::Kind::problem, hint.isEmpty() ? what : what + QLatin1Char('\n') + hint);
}

void MainWindow::changeEvent(QEvent* event) {
    QMainWindow::changeEvent(event);
    if (event->type() != QEvent::PaletteChange) return;
    // Style sheets that name colours of the palette have read them already.
    for (auto* button : findChildren<QAbstractButton*>())
        if (!button->styleSheet().isEmpty()) button->setStyleSheet(button->styleSheet());
}

// A maximized window, or one whose size a window manager decides, gets its size after the panels were restored.
void MainWindow::resizeEvent(QResizeEvent* event) {
    QMainWindow::resizeEvent(event);
    fit_toolbar();
    constexpr int window_manager_ms = 1000;
    if (panels_to_fit_.isEmpty() || panels_since_.elapsed() > window_manager_ms) return;
    QTimer::singleShot(0, this, [this] { restoreState(panels_to_fit_); });
}

// Qt takes panels behind other tabs for visible, and is caught where a panel hands its focus to a part that is hidden.
bool MainWindow::focusNextPrevChild(bool next) {
    const auto takes = [this](const QWidget* widget) {
        if (!(widget->focusPolicy() & Qt::TabFocus) || widget->focusProxy() || !widget->isEnabled() ||
            widget->window() != this || !widget->isVisibleTo(this))
            return false;
        const QWidget* panel = widget;
        while (panel && !qobject_cast<const QDockWidget*>(panel)) panel = panel->parentWidget();
        return !panel || !panel->visibleRegion().isEmpty();
    };
    const auto step = [next](const QWidget* widget) {
        return next ? widget->nextInFocusChain() : widget->previousInFocusChain();
    };
    const QWidget* from = focusWidget() ? focusWidget() : this;
    for (auto* widget = step(from); widget != from; widget = step(widget)) {
        if (!takes(widget)) continue;
        widget->setFocus(next ? Qt::TabFocusReason : Qt::BacktabFocusReason);
        for (auto* parent = widget->parentWidget(); parent; parent = parent->parentWidget())
            if (auto* area = qobject_cast<QScrollArea*>(parent)) area->ensureWidgetVisible(widget);
        return true;
    }
    return false;
}

void MainWindow::childEvent(QChildEvent* event) {
    QMainWindow::childEvent(event);
    if (auto* tabs = event->polished() ? qobject_cast<QTabBar*>(event->child()) : nullptr)
        tabs->setAccessibleName(tr("Panels"));
}

void MainWindow::closeEvent(QCloseEvent* event) {
    // It may be asked again, by a signal, while the question is open.
    const bool asked = std::exchange(asks_to_close_, true);
    const bool may_close = !asked && scripting_->may_close();
    asks_to_close_ = asked;
    if (!may_close) return event->ignore();
    scripting_->keep();
    keep_layout();
    event->accept();
}

} // namespace orrery::gui
