package dev.sinter.control.cli;

import dev.sinter.control.compose.Application;
import dev.sinter.control.compose.ComposeFile;
import dev.sinter.control.compose.Service;
import dev.sinter.control.platform.EnginePlatform;
import dev.sinter.control.setup.Setup;
import dev.sinter.control.setup.SetupResult;
import dev.sinter.merger.LocalPair;
import dev.sinter.merger.Member;
import dev.sinter.merger.MergeException;
import dev.sinter.merger.MergeProblem;
import dev.sinter.merger.Overrides;
import dev.sinter.merger.transport.EngineImages;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is merged, and the engine it comes from: asked for only if an image is there. Ends a merge that is interrupted. */
final class MergeInputs implements AutoCloseable {

    private static final int LONGEST_END_SECONDS = 20;

    private final Consumer<String> progress;
    private final CountDownLatch done = new CountDownLatch(1);
    private @Nullable SetupResult machine;
    private @Nullable EngineImages images;

    MergeInputs(Consumer<String> progress) {
        this.progress = progress;
        Thread merging = Thread.currentThread();
        new CleanUp().add(() -> end(merging));
    }

    /** Ctrl-C leaves no half-written file behind. */
    private void end(Thread merging) {
        if (done.getCount() > 0) {
            merging.interrupt();
            try {
                boolean ended = done.await(LONGEST_END_SECONDS, TimeUnit.SECONDS);
                progress.accept(ended ? "cancelled" : "cancelled; temporary files may be left");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        done.countDown();
    }

    EngineImages engine() {
        return new OnDemand();
    }

    /** Where merges keep what they read, the server's too: {@code ${XDG_CACHE_HOME:-~/.cache}/sinter/merger}. */
    static Path cache(Map<String, String> environment) {
        String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
        Path caches = xdg.startsWith("/") ? Path.of(xdg) : Path.of(environment.getOrDefault("HOME", "."), ".cache");
        return caches.resolve("sinter").resolve("merger");
    }

    Member ofImage(String name, String image, @Nullable Integer port) {
        return new Member(name, image, Overrides.NONE, port);
    }

    /** @param names of services; empty for all */
    List<Member> ofCompose(Path file, List<String> names, Map<String, Integer> ports) {
        Application application = ComposeFile.read(file, System.getenv());
        application.warnings().forEach(progress);
        List<String> wanted =
                names.isEmpty() ? List.copyOf(application.services().keySet()) : names;
        List<Service> services = new ArrayList<>();
        for (String name : wanted) {
            Service service = application.services().get(name);
            if (service == null) {
                throw new MergeException(
                        MergeProblem.BAD_REQUEST,
                        "service: " + name + " (expected: one of "
                                + application.services().keySet() + ", as " + file + " names them)");
            }
            services.add(service);
        }
        try (EnginePlatform platform = EnginePlatform.open(machine(), application.name(), progress)) {
            return services.stream()
                    .map(service -> new Member(
                            service.name(),
                            "docker-daemon:"
                                    + platform.ensureImage(service, progress).digest(),
                            overrides(service),
                            port(service, ports)))
                    .toList();
        }
    }

    private static Overrides overrides(Service service) {
        return new Overrides(
                service.entrypoint(), service.command(), service.environment(), service.workingDir(), service.user());
    }

    /** What is published comes before what is only exposed, and both before what the image says. */
    private static @Nullable Integer port(Service service, Map<String, Integer> given) {
        Integer port = given.get(service.name());
        if (port != null) {
            return port;
        }
        if (!service.ports().isEmpty()) {
            return service.ports().getFirst().containerPort();
        }
        return service.expose().isEmpty() ? null : service.expose().getFirst();
    }

    /** @param given as {@code caller,callee}; none for every call between two members */
    static List<LocalPair> localPairs(List<String> given, List<Member> members) {
        List<LocalPair> pairs = new ArrayList<>();
        for (String pair : given) {
            String[] names = pair.split(",", -1);
            if (names.length != 2) {
                throw new MergeException(MergeProblem.BAD_REQUEST, "local: " + pair + " (expected: CALLER,CALLEE)");
            }
            pairs.add(new LocalPair(names[0], names[1]));
        }
        if (given.isEmpty()) {
            for (Member caller : members) {
                members.stream()
                        .filter(callee -> !callee.name().equals(caller.name()))
                        .forEach(callee -> pairs.add(new LocalPair(caller.name(), callee.name())));
            }
        }
        return pairs;
    }

    private synchronized SetupResult machine() {
        if (machine == null) {
            machine = new Setup(System.getenv()).ensure(progress);
        }
        return machine;
    }

    /** Asked by as many threads as there are members: the machine is set up by the first. */
    private synchronized EngineImages opened() {
        if (images == null) {
            images = EnginePlatform.imagesOf(machine());
        }
        return images;
    }

    /** Files and registries need no engine, so none is looked for before an image of one is named. */
    private final class OnDemand implements EngineImages {

        @Override
        public String idOf(String reference) throws IOException {
            return opened().idOf(reference);
        }

        @Override
        public InputStream save(List<String> references) throws IOException {
            return opened().save(references);
        }

        @Override
        public void load(InputStream dockerArchive) throws IOException {
            opened().load(dockerArchive);
        }
    }
}
