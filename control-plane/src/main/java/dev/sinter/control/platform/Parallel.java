package dev.sinter.control.platform;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Does the same to several things at once and waits for all; the first failure comes out once all have ended. */
final class Parallel {

    private Parallel() {}

    static <T> void forEach(Collection<T> things, Consumer<T> work) {
        RuntimeException failure = null;
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<? extends Future<?>> futureList = things.stream()
                    .map(thing -> executor.submit(() -> work.accept(thing)))
                    .toList();
            for (Future<?> future : futureList) {
                try {
                    future.get();
                } catch (ExecutionException e) {
                    if (failure == null && e.getCause() instanceof RuntimeException cause) {
                        failure = cause;
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    executor.shutdownNow();
                    break;
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
