package dev.sinter.control.setup;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Makes this machine ready: Envoy, a container engine that runs containers, a base image. What is there is used as it
 * is; what is missing is brought where that needs nobody's leave. The user's engine configuration is never edited.
 */
public final class Setup {

    private final Machine machine;
    private final EnvoySetup envoySetup;
    private final EngineSetup engineSetup;

    /** @param environment this process's environment variables */
    public Setup(Map<String, String> environment) {
        this.machine = Machine.here(environment);
        Commands commands = new Commands();
        Debian debian = new Debian(commands);
        this.envoySetup = new EnvoySetup(machine, commands, debian);
        this.engineSetup = new EngineSetup(machine, debian, new BaseImage(machine, commands, debian));
    }

    /**
     * Finds or brings everything; a second call finds it. Calls on one machine wait for each other.
     *
     * @param progress is told of each long step before it starts, from any thread
     * @throws SetupException where something can be neither found nor brought: one message that says what to do
     */
    public SetupResult ensure(Consumer<String> progress) {
        try {
            Files.createDirectories(machine.cache());
            Path lockFile = machine.cache().resolve("setup.lock");
            try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                requireNonNull(lock, "lock");
                return ensureAlone(progress);
            }
        } catch (IOException e) {
            throw new SetupException(
                    "SNT0131",
                    machine.cache() + ": " + e + " (expected: a directory this user can write). Maybe set"
                            + " XDG_CACHE_HOME.",
                    e);
        }
    }

    private SetupResult ensureAlone(Consumer<String> progress) {
        Executor executor = task -> Thread.ofVirtual().name("setup").start(task);
        CompletableFuture<EnvoySetup.Envoy> envoyComing =
                CompletableFuture.supplyAsync(() -> envoySetup.ensure(progress), executor);
        EngineSetup.Engine engine = engineSetup.ensure(progress);
        EnvoySetup.Envoy envoy = join(envoyComing);
        return new SetupResult(
                engine.endpoint(),
                envoy.binary(),
                envoy.version(),
                engine.base().reference(),
                Machine.privateCertificates(machine.environment()),
                List.of(envoy.done(), engine.done(), engine.base().done()));
    }

    private static EnvoySetup.Envoy join(CompletableFuture<EnvoySetup.Envoy> envoyComing) {
        try {
            return envoyComing.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof SetupException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
