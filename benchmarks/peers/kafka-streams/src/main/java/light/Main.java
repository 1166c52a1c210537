package light;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** The light fold on Kafka Streams: a state store with its changelog, an output topic. Several passes in one JVM: cold, then warm.
 *
 *  Arguments: bootstrap, topic, output topic (the number of the pass is put behind it), events, passes, folder of the stores.
 *  One line of JSON a pass: events, and seconds of both kinds from the first record to the last one out.
 */
public final class Main {
    private static final String STORE = "dossiers";

    private Main() {}

    public static void main(String[] args) throws Exception {
        for (int pass = 1; pass <= Integer.parseInt(args[4]); pass++) {
            pass(args[0], args[1], args[2] + "-" + pass, Long.parseLong(args[3]), args[5] + "/" + pass, pass == 1);
        }
    }

    private static void pass(String bootstrap, String topic, String out, long events, String folder, boolean cold)
            throws Exception {
        AtomicLong seen = new AtomicLong();
        AtomicReference<Moment> began = new AtomicReference<>();
        CountDownLatch done = new CountDownLatch(1);
        Topology topology = new Topology();
        topology.addSource("in", Serdes.String().deserializer(), Serdes.ByteArray().deserializer(), topic)
            .addProcessor("fold", () -> new Folding(events, seen, began, done), "in")
            .addStateStore(Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(STORE), Serdes.String(), Serdes.ByteArray()), "fold")
            .addSink("out", out, Serdes.String().serializer(), Serdes.ByteArray().serializer(), "fold");
        Properties said = new Properties();
        said.put(StreamsConfig.APPLICATION_ID_CONFIG, out);
        said.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        said.put(StreamsConfig.STATE_DIR_CONFIG, folder);
        said.put("auto.offset.reset", "earliest");
        KafkaStreams streams = new KafkaStreams(topology, said);
        streams.start();
        done.await();
        streams.close();  // flushes and commits: what is not out yet is part of the work
        Moment first = began.get();
        Moment last = Moment.now();
        System.out.printf("{\"events\": %d, \"seconds\": %.3f, \"cpu_seconds\": %.3f, \"cold\": %b}%n",
            seen.get(), last.seconds - first.seconds, last.processor - first.processor, cold);
    }

    /** Seconds of the wall's clock and of this process's processor time. */
    private record Moment(double seconds, double processor) {
        private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

        static Moment now() {
            return new Moment(System.nanoTime() / 1e9, SYSTEM.getProcessCpuTime() / 1e9);
        }
    }

    private static final class Folding implements Processor<String, byte[], String, byte[]> {
        private final long events;
        private final AtomicLong seen;
        private final AtomicReference<Moment> began;
        private final CountDownLatch done;
        private ProcessorContext<String, byte[]> context;
        private KeyValueStore<String, byte[]> store;

        Folding(long events, AtomicLong seen, AtomicReference<Moment> began, CountDownLatch done) {
            this.events = events;
            this.seen = seen;
            this.began = began;
            this.done = done;
        }

        @Override
        public void init(ProcessorContext<String, byte[]> given) {
            context = given;
            store = given.getStateStore(STORE);
        }

        @Override
        public void process(Record<String, byte[]> record) {
            if (began.get() == null) {
                began.compareAndSet(null, Moment.now());
            }
            try {
                fold(record);
            } catch (IOException problem) {
                throw new UncheckedIOException(problem);
            }
            if (seen.incrementAndGet() == events) {
                done.countDown();
            }
        }

        private void fold(Record<String, byte[]> record) throws IOException {
            byte[] stored = store.get(record.key());
            Fold.State state = stored == null ? new Fold.State() : Fold.JSON.readValue(stored, Fold.State.class);
            Fold.Judgement judged =
                Fold.next(state, header(record, "ce_type"), header(record, "ce_time"), record.value());
            store.put(record.key(), Fold.JSON.writeValueAsBytes(state));
            if (judged != null) {
                context.forward(record.withValue(Fold.JSON.writeValueAsBytes(judged)).withHeaders(new RecordHeaders()));
            }
        }
    }

    private static String header(Record<String, byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
