# The dashboard for a room or the public:
#     docker build -t autograd-playground . && docker run --rm -p 8501:8501 autograd-playground
FROM python:3.11-slim-bookworm

# Two heaps instead of one for each thread keep the memory flat; see the Makefile.
ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PYTHONPATH=/app \
    MALLOC_ARENA_MAX=2 \
    HOME=/home/learner

RUN useradd --create-home --uid 10001 learner
WORKDIR /app

# torch's small CPU build first, from PyTorch's own index; what follows finds it installed.
COPY requirements.txt .
RUN pip install --no-cache-dir --index-url https://download.pytorch.org/whl/cpu \
        "$(sed -n 's/^\(torch==[^ ;]*\).*/\1/p' requirements.txt)" \
    && pip install --no-cache-dir -r requirements.txt

COPY .streamlit .streamlit
COPY dashboard dashboard
COPY components components
COPY pages pages

USER learner
EXPOSE 8501

# The status alone says nothing: a page that is not there answers 200, too, with Streamlit's own page.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; assert urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4).read() == b'ok'"]

CMD ["streamlit", "run", "dashboard/server.py", "--server.port=8501", "--server.address=0.0.0.0", \
     "--server.headless=true", "--server.fileWatcherType=none", "--logger.hideWelcomeMessage=true"]
