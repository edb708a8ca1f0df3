using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace SyncFunctions.Tests.Support;

/// <summary>Keeps what a meter of this process measures. Tests that use it run by themselves: a meter is all tests'.</summary>
internal sealed class MetricRecorder : IDisposable
{
    private readonly ConcurrentQueue<(string Instrument, double Value, string Tags)> measurements = new();
    private readonly MeterListener listener = new();

    public MetricRecorder(string meter)
    {
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == meter)
            {
                Instruments.Enqueue(instrument);
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Keep(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        listener.Start();
    }

    /// <summary>Gets the instruments that it listens to.</summary>
    public ConcurrentQueue<Instrument> Instruments { get; } = new();

    /// <summary>Gets the values that an instrument has measured, each with its tags in the order of their names.</summary>
    public IReadOnlyList<(double Value, string Tags)> Of(string instrument) =>
        [.. measurements.Where(measurement => measurement.Instrument == instrument).Select(measurement => (measurement.Value, measurement.Tags))];

    /// <summary>Reads an observable instrument.</summary>
    public double Read(string instrument)
    {
        listener.RecordObservableInstruments();
        return Of(instrument)[^1].Value;
    }

    public void Dispose() => listener.Dispose();

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => measurements.Enqueue(
        (instrument.Name, value, string.Join(' ', tags.ToArray().OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={tag.Value}"))));
}

/// <summary>The tests that listen to what the whole process measures.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Measuring
{
    public const string Name = "measuring";
}
