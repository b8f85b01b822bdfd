package dev.sinter.control.cli;

import dev.sinter.control.compose.Application;
import dev.sinter.control.platform.EnginePlatform;
import dev.sinter.control.platform.Platform;
import dev.sinter.control.server.FusionPolicy;
import dev.sinter.control.server.Mode;
import dev.sinter.control.server.SinterServer;
import dev.sinter.control.server.StateDirectory;
import dev.sinter.control.setup.SetupResult;
import dev.sinter.merger.ImageMerger;
import dev.sinter.merger.MergerSettings;
import java.time.Clock;
import java.util.function.Consumer;

/** Starts an application in the mesh and says how it ends. */
final class RunningApplication {

    private final Application application;
    private final StateDirectory state = StateDirectory.of(System.getenv());
    private final Platform platform;
    private final ImageMerger merger;
    private final CleanUp cleanUp;

    /** @param cleanUp is given whatever this starts */
    RunningApplication(Application application, SetupResult machine, CleanUp cleanUp, Consumer<String> progress) {
        this.application = application;
        this.cleanUp = cleanUp;
        EnginePlatform engine = EnginePlatform.open(machine, application.name(), progress);
        this.platform = engine;
        cleanUp.add(engine::close);
        this.merger = new ImageMerger(MergerSettings.in(MergeInputs.cache(System.getenv())), engine.engineImages());
    }

    Platform platform() {
        return platform;
    }

    /** Takes away whatever carries this application's label, and what a server remembered of it. */
    void remove() {
        platform.removeAll();
        state.delete(application.name());
    }

    /**
     * Starts it, or resumes what a killed process left of it. When {@code cleanUp} runs, everything is taken away, unless
     * {@code keep}: then only the server ends.
     */
    SinterServer start(Mode mode, FusionPolicy policy, boolean keep, Consumer<String> progress) {
        if (!keep) {
            cleanUp.add(this::remove);
        }
        SinterServer server = new SinterServer(
                application, platform, merger, mode, policy, state.of(application.name()), progress, Clock.systemUTC());
        cleanUp.add(server::close);
        server.start();
        return server;
    }
}
