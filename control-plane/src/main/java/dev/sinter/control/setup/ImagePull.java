package dev.sinter.control.setup;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.PullResponseItem;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Images the engine has, and pulling those it lacks, in bounded time. */
public final class ImagePull {

    /** A registry that is there says something within this time; one that is not may never refuse. */
    private static final Duration FIRST_NEWS = Duration.ofSeconds(20);

    private static final Duration PULL = Duration.ofMinutes(10);

    private ImagePull() {}

    public static boolean present(DockerClient client, String reference) {
        try {
            client.inspectImageCmd(reference).exec();
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }

    /** Pulls an image. Empty when the engine has it now, else why not. */
    public static String pull(DockerClient client, String reference) {
        CountDownLatch news = new CountDownLatch(1);
        ResultCallback.Adapter<PullResponseItem> callback = new ResultCallback.Adapter<>() {
            @Override
            public void onNext(PullResponseItem item) {
                if (item.getErrorDetail() == null) {
                    news.countDown();
                }
            }
        };
        try (callback) {
            client.pullImageCmd(reference).exec(callback);
            boolean ended = callback.awaitCompletion(FIRST_NEWS.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended && (news.getCount() > 0 || !callback.awaitCompletion(PULL.toMillis(), TimeUnit.MILLISECONDS))) {
                return "no registry answered in time";
            }
            return present(client, reference) ? "" : "the engine could not pull it";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        } catch (IOException | RuntimeException e) {
            return String.valueOf(e.getMessage()).strip();
        }
    }
}
